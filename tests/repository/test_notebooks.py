"""All notebooks, end to end, by the study's own command in the smoke profile.

Numbers of a smoke run mean nothing; that every cell runs, and that every artefact that the next
notebook needs is there and whole, means a lot.
"""

import json
import re
from pathlib import Path

import nbformat
import pytest
from support.factories import write_megc2019
from support.notebooks import said, smoke_study

from mer.datasets import index
from mer.evaluation import scores
from mer.preprocessing import flow, pairs
from mer.study.runner import NOTEBOOKS

pytestmark = pytest.mark.slow
REPOSITORY = Path(__file__).resolve().parents[2]
NAMES = [notebook.name for notebook in NOTEBOOKS]


@pytest.fixture(scope="module")
def smoke(tmp_path_factory):
    """A whole smoke run: synthetic people, and made-up published flows."""
    folder = tmp_path_factory.mktemp("smoke")
    flows = write_megc2019(
        folder / "megc2019",
        [
            (database, f"{prefix}{i:02d}", f"{word}_1", label)
            for database, prefix in (("casme2", "sub"), ("smic", "s"))
            for i in range(1, 5)
            for label, word in enumerate(("ne", "po", "sur"))
        ],
    )
    return smoke_study(folder, MER_SYNTHETIC=str(folder / "people"), MER_MEGC2019=str(flows))


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_of_every_notebook_ran(smoke, name):
    executed = nbformat.read(smoke / f"notebooks/{name}.ipynb", 4)
    source = nbformat.read(REPOSITORY / f"notebooks/{name}.ipynb", 4)
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert len(code) == 1 + sum(cell.cell_type == "code" for cell in source.cells)
    assert all(cell.execution_count for cell in code)
    outputs = [output for cell in code for output in cell.outputs]
    assert outputs and not any(output.output_type == "error" for output in outputs)
    assert any("image/png" in output.get("data", {}) for output in outputs), "a figure is shown"


@pytest.mark.parametrize("name", NAMES)
def test_no_notebook_warns_or_names_this_machine(smoke, name):
    text = said(nbformat.read(smoke / f"notebooks/{name}.ipynb", 4))
    assert "Warning:" not in text
    assert str(REPOSITORY) not in text and str(Path.home()) not in text


def test_each_step_left_what_the_next_one_reads(smoke):
    sequences = index.kept(index.load_index(smoke / "index.csv"))
    assert {s.emotion for s in sequences} == {
        "disgust",
        "happiness",
        "repression",
        "sadness",
        "surprise",
    }
    made = pairs.load(smoke / "pairs")
    assert [pair.key for pair in made] == [s.key for s in sequences]
    for pair in made:
        assert flow.load(smoke / f"flow/{pair.key}.npz").shape == (pairs.SIZE, pairs.SIZE, 3)
    tables = [
        scores.read(smoke / f"scores/{name}.csv")
        for name in ("05_apex_cnn", "06_flow_cnn", "07_ensemble")
    ]
    assert [len(table) for table in tables] == [len(tables[0])] * 3


def test_headline_numbers_have_protocol_n_and_interval(smoke):
    records = json.loads((smoke / "metrics.json").read_text())
    assert {record["notebook"] for record in records} == set(NAMES)
    scored = [r for r in records if r["metric"] in ("accuracy", "uf1", "uar") and r["seeds"]]
    assert len(scored) >= 30
    for record in scored:
        assert record["protocol"] and record["n"] > 0
        assert 0 <= record["low"] <= record["value"] + 1e-9 and record["high"] <= 1
        assert record["value"] <= record["high"] + 1e-9


def test_the_report_leads_to_every_page_and_shows_every_picture_with_its_text(smoke):
    pages = smoke / "html"
    first = (pages / "index.html").read_text()
    links = re.findall(r'(?:href|src)="([^"#:?]+)[^":]*"', first)
    assert {f"{name}.html" for name in NAMES} <= set(links)
    assert all((pages / link).exists() for link in links)
    assert list((smoke / "figures").glob("*.png"))
    for page in pages.glob("*.html"):
        for picture in re.findall(r"<img\b[^>]*>", page.read_text()):
            assert re.search(r'\balt="[^"]+"', picture), f"{page.name}: {picture}"
