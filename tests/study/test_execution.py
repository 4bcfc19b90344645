"""What an executed notebook keeps of the machine that it ran on: nothing."""

import sys
from pathlib import Path

import pytest
from nbformat import v4 as new

from mer.core import paths
from mer.study.execution import anonymise, anonymous


@pytest.mark.parametrize(
    "text, told",
    [
        ("kept in ../../somewhere/else/run.", "kept in …/run."),
        ("run_dir = '../../../scratch/a/run'", "run_dir = '…/run'"),
        ("source at ../../people, not found", "source at …/people, not found"),
        ("../reports/quick and ../data/casme2", "../reports/quick and ../data/casme2"),
        ("and so on ... / or ../", "and so on ... / or ../"),
        (f"{sys.prefix}/lib/a.py", "lib/a.py"),
        (f"{paths.PACKAGE}/study/run.py", "mer/study/run.py"),
    ],
)
def test_a_path_tells_nothing_of_the_machine(text, told):
    assert anonymous(text) == told


def test_a_home_is_a_tilde(monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: Path("/home/of/somebody"))
    assert anonymous("/home/of/somebody/films/a.mp4") == "~/films/a.mp4"


def test_parameters_and_outputs_of_a_notebook_tell_nothing_of_the_machine():
    place = "../../somewhere/else/run"
    given = new.new_code_cell(f'run_dir = "{place}"', metadata={"tags": ["injected-parameters"]})
    output = new.new_output("display_data", {"text/html": f"<b>{place}</b>"})
    code = new.new_code_cell(f'typed = "{place}"', outputs=[output])
    notebook = new.new_notebook(
        cells=[given, code], metadata={"papermill": {"parameters": {"run_dir": place, "seed": 1}}}
    )
    anonymise(notebook)
    assert notebook.cells[0].source == 'run_dir = "…/run"'
    assert notebook.cells[1].outputs[0]["data"]["text/html"] == "<b>…/run</b>"
    assert notebook.metadata.papermill["parameters"] == {"run_dir": "…/run", "seed": 1}
    assert notebook.cells[1].source == f'typed = "{place}"'  # the reader's own words stay
