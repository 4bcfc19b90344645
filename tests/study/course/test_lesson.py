"""The audit's notebook runs on the scores of a run, and its by-hand cell can fail."""

import ast
import io
import json
import logging
import re
from contextlib import redirect_stdout
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from support import by_hand

from mer.evaluation import scores
from mer.experiments import audit, examination, made_up_studies
from mer.study.course import lesson
from mer.study.execution import check_parameters

PATH = Path(__file__).resolve().parents[3] / "notebooks/course/who_is_misread.ipynb"
NOTEBOOK = nbformat.read(PATH, as_version=4)
CODE = [cell for cell in NOTEBOOK.cells if cell.cell_type == "code"]
CLASSES = ["disgust", "happiness", "surprise"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run that kept scores of 52 strangers, of whom those who wear glasses are misread."""
    folder = tmp_path_factory.mktemp("run")
    names = [f"{2_000_000 + i // 26}-sub{i % 26 + 1:02d}" for i in range(52)]
    truth = np.tile(CLASSES * 4, len(names))
    right = made_up_studies.hits(1, len(names), 12, spread=0.1)[0, 0].ravel()
    said = np.where(right, truth, np.roll(truth, 1))
    table = made_up_studies.table("flow", np.repeat(names, 12), truth, said, CLASSES)
    who = audit.people(names)
    table = audit.misread(table, who.index[who.glasses], 0.9)
    (folder / "scores").mkdir()
    scores.write(table.assign(protocol=examination.PROTOCOL), folder / lesson.READS)
    told = {"source": "synthetic", "profile": "quick", "seed": 0}
    (folder / "run.json").write_text(json.dumps(told))
    return folder


def test_it_has_the_anatomy_of_a_notebook():
    nbformat.validate(NOTEBOOK)
    check_parameters(PATH)
    first = NOTEBOOK.cells[0].source
    for label in ("Question", "You will learn", "You should know", "Minutes", "Reads", "Writes"):
        assert f"**{label}**" in first
    for cell in CODE:
        assert cell.outputs == [] and cell.execution_count is None
        assert sum(bool(line.strip()) for line in cell.source.splitlines()) <= 25
        ast.parse(cell.source)
    assert list(by_hand.faults(NOTEBOOK)) == []


def test_its_by_hand_cell_can_fail():
    (number,) = [i for i, cell in enumerate(NOTEBOOK.cells) if by_hand.is_by_hand(cell)]
    assert by_hand.can_fail(NOTEBOOK, number)


def test_it_says_who_is_misread(run):
    """All of its cells, without a kernel."""
    space, printed = {}, io.StringIO()
    with redirect_stdout(printed):
        for cell in CODE:
            parameters = "parameters" in cell.metadata.get("tags", ())
            source = cell.source.replace("deals=40", "deals=2")
            exec(f"{source}\nrun_dir = {str(run)!r}" if parameters else source, space)
    plt.close("all")
    assert "Misread more often: glasses than no glasses (UAR -" in printed.getvalue()
    assert "52 strangers, 12 sequences each" in printed.getvalue()
    assert {p.relative_to(run).as_posix() for p in run.rglob("*") if p.is_file()} == {
        "run.json",
        lesson.READS,
    }  # it is only read


@pytest.mark.slow(40)
def test_the_guide_is_told_what_it_prints_and_draws(run, caplog):
    with caplog.at_level(logging.INFO):
        said = lesson.results(PATH, run)
    assert [
        record for record in caplog.records if record.name.startswith(("papermill", "traitlets"))
    ] == []
    assert "* Misread more often: glasses than no glasses" in said
    assert len(re.findall(r'<img alt="UAR[^"]+" src="data:image/png;base64,[\w+/=]+">', said)) == 1
    assert said.count("nobody is misread; told all the same") == 2
    assert str(run) not in said


def test_a_run_without_scores_tells_nothing(tmp_path):
    assert lesson.results(PATH, tmp_path) is None
