"""The page that `make lab` opens leads to every notebook and its exercises, and runs."""

import re
from pathlib import Path

import nbformat

CHECKOUT = Path(__file__).resolve().parents[3]
NOTEBOOKS = CHECKOUT / "notebooks"
START = nbformat.read(NOTEBOOKS / "course/start.ipynb", as_version=4)
TEXT = "\n".join(cell.source for cell in START.cells)


def test_the_makefile_names_a_file_that_is_there():
    makefile = (CHECKOUT / "Makefile").read_text()
    (named,) = re.findall(r"^FIRST_PAGE := (\S+)$", makefile, re.M)
    assert CHECKOUT / named == NOTEBOOKS / "course/start.ipynb"
    assert (CHECKOUT / named).is_file()
    assert "default_url=/lab/tree/$(FIRST_PAGE)" in makefile
    guide = (NOTEBOOKS / "course/guide.md").read_text("utf-8")
    assert f"urlpath=lab/tree/{named}" in guide


def test_it_leads_to_all_notebooks_and_exercises_in_both_languages():
    linked = set(re.findall(r"\]\(([^)]+)\)", TEXT))
    names = [path.name for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")]
    wanted = {f"../{part}{name}" for name in names for part in ("", "exercises/", "exercises/ko/")}
    pages = {f"{name}{end}" for name in ("README", "syllabus") for end in (".md", ".ko.md")}
    lesson = {"who_is_misread.ipynb", "who_is_misread.ko.ipynb"}
    assert linked == wanted | pages | lesson | {"glossary.csv"}
    assert all((NOTEBOOKS / "course" / address).is_file() for address in linked)
    assert re.search("[가-힣]", TEXT)


def test_its_sessions_are_those_of_the_course():
    rows = [
        (number, re.findall(r"\]\(\.\./(\d\d)_", row))
        for text in (TEXT, (NOTEBOOKS / "course/README.md").read_text("utf-8"))
        for number, row in re.findall(r"^\| (\d) (\|.+?\|)", text, re.M)
    ]
    assert len(rows) == 12 and rows[:6] == rows[6:]


def test_its_cell_runs_and_it_is_kept_without_output():
    nbformat.validate(START)
    space = {}
    for cell in START.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None
            exec(cell.source, space)
    assert "made_up" in space
