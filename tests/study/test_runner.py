"""The runner: order, parameters, what a run leaves, and how it fails."""

import errno
import json
import os
import re
import sys

import pytest
from support.tiny_study import (
    PARAMETERS,
    TABLE,
    metrics,
    ran,
    tiny_study,
    write_notebook,
    write_notebooks,
)

from mer.core import paths
from mer.core.errors import MerError, SourceMissing
from mer.study.execution import NotebookFailed, check_parameters


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A finished run of the tiny study, made under circumstances that must not matter."""
    base = tmp_path_factory.mktemp("study {with} braces")
    write_notebooks(base / "notebooks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLBACKEND", "Agg")
        patch.setenv("JUPYTER_PATH", str(base / "nothing"))
        tiny_study(base, seed=3).run()
    return base


def outputs(base, name):
    notebook = json.loads((base / f"run/notebooks/{name}.ipynb").read_text())
    return "".join(
        text
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        for text in output.get("text", [])
    )


def test_notebooks_run_in_order(base):
    assert ran(base) == ["00_first", "01_second", "02_third"]


def test_parameters_reach_the_notebook(base):
    said = re.search(r"parameters (.+)", outputs(base, "01_second"))[1]
    assert json.loads(said) == ["synthetic", "smoke", 3, "../run"]


def test_kernel_is_this_interpreter_in_batch(base):
    found = re.search(r"python (\S+) batch (\d)", outputs(base, "00_first"))
    assert found[2] == "1"
    assert sys.executable.endswith(found[1])  # the machine's part of the path is taken out
    assert not (base / "run/.kernel").exists()


# --- what a run leaves -----------------------------------------------------------------------


def test_metrics_are_joined_in_order(base):
    records = metrics(base)
    assert [record["notebook"] for record in records] == ["00_first", "01_second", "02_third"]
    assert {record["value"] for record in records} == {3.5}


def test_provenance(base):
    record = json.loads((base / "run/provenance.json").read_text())
    assert record["parameters"] == {"source": "synthetic", "profile": "smoke", "seed": 3}
    assert set(record) >= {
        "commit",
        "dirty",
        "started",
        "written",
        "python",
        "packages",
        "machine",
        "seconds",
    }
    assert record["packages"]["papermill"] == "2.7.0"
    assert record["machine"]["cores"] >= 1 and record["machine"]["processor"]
    status = {entry["name"]: entry for entry in record["notebooks"]}
    assert status["01_second"]["seconds"] > 0 and status["01_second"]["status"] == "done"
    assert status["10_own"]["status"] == "skipped" and "spell" in status["10_own"]["reason"]


def test_pages_need_nothing_from_outside(base):
    pages = sorted((base / "run/html").glob("*.html"))
    assert {page.stem for page in pages} >= {"index", "numbers", "00_first", "02_third"}
    for page in [base / "run/index.html", *pages]:
        text = page.read_text()
        assert "@import" not in text and "cdn" not in text
        assert not re.search(r"""(src|url)\s*[=(]\s*["']?(https?:)?//""", text)
        for link in re.findall(r"<link\b[^>]*>", text):
            assert "//" not in link
        assert str(base) not in text


def test_pages_lead_to_each_other(base):
    text = (base / "run/html/01_second.html").read_text()
    around = re.search(r'<div class="related-pages">.*?</div>\s*</div>', text, re.S)[0]
    assert set(re.findall(r'href="([^"#]+)"', text)) >= {"index.html", "numbers.html"}
    assert "00 Title of 00_first" in text and "Title of 02_third" in around
    for page in (base / "run").rglob("*.html"):
        for target in re.findall(r'(?:href|src)="([\w./-]+\.\w+)', page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} -> {target}"


def test_the_first_page_tells_the_run(base):
    assert "url=html/index.html" in (base / "run/index.html").read_text()
    text = (base / "run/html/index.html").read_text()
    assert "Title of 01_second" in text and "What does 01_second do?" in text
    assert "no folder anywhere" in text and 'name="viewport"' in text
    assert 'href="02_third.html"' in text and 'href="10_own.html"' not in text
    assert "3.500" in (base / "run/html/numbers.html").read_text()


def test_executed_copies_show_no_machine_path(base):
    for path in (base / "run/notebooks").iterdir():
        text = path.read_text()
        for place in (base, paths.REPOSITORY, sys.prefix):
            assert str(place) not in text
    assert sorted(path.name for path in (base / "run/notebooks").iterdir()) == [
        "00_first.ipynb",
        "01_second.ipynb",
        "02_third.ipynb",
    ]


def test_run_json_names_the_run(base):
    assert json.loads((base / "run/run.json").read_text()) == {
        "source": "synthetic",
        "profile": "smoke",
        "seed": 3,
    }


# --- how it fails ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code, words",
    [
        (PARAMETERS.replace("seed = 0\n", ""), "missing: seed; unknown: none"),
        (PARAMETERS + "\nsize = 3", "missing: none; unknown: size"),
        (PARAMETERS + "\nother = seed + 1", "a plain value"),
        (PARAMETERS + "\nimport os", "a plain value"),
    ],
)
def test_wrong_parameters_stop_the_run_before_it_starts(tmp_path, code, words):
    write_notebooks(tmp_path / "notebooks")
    write_notebook(tmp_path / "notebooks", "02_third", parameters=code)
    with pytest.raises(MerError, match=f"02_third.*{words}"):
        tiny_study(tmp_path).run()
    assert ran(tmp_path) == [] and not (tmp_path / "run").exists()


def test_no_parameters_cell(tmp_path):
    import nbformat

    path = tmp_path / "00_first.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), path)
    with pytest.raises(MerError, match="0 cells are tagged"):
        check_parameters(path)


def test_missing_and_damaged_notebook(tmp_path):
    with pytest.raises(MerError, match="not a readable notebook"):
        check_parameters(tmp_path / "00_first.ipynb")
    (tmp_path / "00_first.ipynb").write_text('{"cells": [')
    with pytest.raises(MerError, match="not a readable notebook"):
        check_parameters(tmp_path / "00_first.ipynb")


def test_failing_notebook_stops_the_run(tmp_path):
    write_notebooks(tmp_path / "notebooks")
    write_notebook(
        tmp_path / "notebooks",
        "01_second",
        "a = 1",
        "b = a\nc = 2\nd = 3\ne = 4\nraise ValueError('too ' + 'bad')",
    )
    with pytest.raises(NotebookFailed) as caught:
        tiny_study(tmp_path).run()
    text = str(caught.value)
    assert "01_second failed in cell 4 of 4" in text and "ValueError: too bad" in text
    assert "    b = a\n" in text and "e = 4" in text and "raise" not in text
    kept = tmp_path / "run/notebooks/01_second.unfinished.ipynb"
    assert str(kept) in text and "ValueError" in kept.read_text()
    assert ran(tmp_path) == ["00_first"]
    assert [record["notebook"] for record in metrics(tmp_path)] == ["00_first"]
    entries = json.loads((tmp_path / "run/provenance.json").read_text())["notebooks"]
    assert [entry["status"] for entry in entries] == ["done", "failed", "not run", "skipped"]
    assert "too bad" in (tmp_path / "run/html/index.html").read_text()
    assert str(tmp_path) not in entries[1]["reason"]


def test_kernel_that_dies(tmp_path):
    write_notebooks(tmp_path / "notebooks")
    write_notebook(
        tmp_path / "notebooks", "00_first", "import os\nos.write(2, b'out of memory')\nos._exit(1)"
    )
    with pytest.raises(NotebookFailed, match="00_first failed in cell 3 of 3: .*died") as caught:
        tiny_study(tmp_path).run()
    assert "take a smaller --profile" in str(caught.value)


def test_full_disk_while_running(tmp_path, monkeypatch):
    from papermill.iorw import LocalHandler

    def full(*unused):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(LocalHandler, "write", full)
    write_notebooks(tmp_path / "notebooks")
    with pytest.raises(MerError, match="No space left.*Make room"):
        tiny_study(tmp_path).run()


@pytest.mark.parametrize("free, fails", [(1e8, True), (5e8, False), (5e9, None)])
def test_room_on_the_disk_is_looked_at_first(tmp_path, monkeypatch, free, fails):
    from collections import namedtuple

    usage = namedtuple("usage", "free")(free)
    monkeypatch.setattr("mer.study.run_folder.shutil.disk_usage", lambda path: usage)
    folder = tiny_study(tmp_path).run_folder if write_notebooks(tmp_path / "notebooks") else None
    if fails:
        with pytest.raises(MerError, match="100 MB are free"):
            folder.check_space()
    else:
        assert bool(folder.check_space()) is (fails is False)


def test_missing_source_is_an_error_when_asked_for(tmp_path):
    write_notebooks(tmp_path / "notebooks")
    with pytest.raises(SourceMissing, match="spell"):
        tiny_study(tmp_path, only=["10"]).run()
    with pytest.raises(SourceMissing, match="spell"):
        tiny_study(tmp_path, source="megc2019").run()
    assert not (tmp_path / "run/run.json").exists()


def test_unknown_source_and_profile(tmp_path):
    with pytest.raises(MerError, match="unknown source 'samm'"):
        tiny_study(tmp_path, source="samm")
    from mer.study.runner import Study

    with pytest.raises(MerError, match="unknown profile 'huge'"):
        Study("synthetic", "huge", 0, tmp_path)


def test_only_runs_what_is_needed_and_not_finished(tmp_path, capsys):
    write_notebooks(tmp_path / "notebooks")
    tiny_study(tmp_path, only=["01"]).run()
    assert ran(tmp_path) == ["00_first", "01_second"]
    assert "needed first: 00_first" in capsys.readouterr().err
    tiny_study(tmp_path, only=["01_second"]).run()
    assert ran(tmp_path)[2:] == ["01_second"]
    with pytest.raises(MerError, match="already holds this run.*--resume"):
        tiny_study(tmp_path).run()


def test_table_of_the_tests_is_like_the_real_one():
    assert {notebook.always for notebook in TABLE} == {"", "megc2019"}
