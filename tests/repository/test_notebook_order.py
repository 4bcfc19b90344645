"""Notebooks are read in the order of their numbers: none needs a later one."""

import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mer.study.plan import NOTEBOOKS

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NAMES = [notebook.name for notebook in NOTEBOOKS]
NEEDS = {notebook.name: notebook.needs for notebook in NOTEBOOKS}
NAMED = re.compile(r"(?<!\w)(\d\d)_[a-z]")  # in code: whose artefact is read
REQUIRED = re.compile(r"\*\*You should know\*\*.*|\*\*Reads\*\*[^·]*")  # of the first cell


def read(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def named(notebook) -> set[str]:
    """Numbers of the notebooks that its code names, its own among them."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return set(NAMED.findall("\n".join(cells)))


def later(name: str, notebook) -> set[str]:
    """Numbers of later notebooks that it reads from, or asks its reader to know."""
    asked = " ".join(REQUIRED.findall(notebook.cells[0].source))
    numbers = named(notebook) | set(re.findall(r"\b[0-9]{2}(?=\b|_)", asked))
    return {number for number in numbers if number > name[:2]}


def before(name: str) -> set[str]:
    """All that a notebook needs, and what those need."""
    return set(NEEDS[name]).union(*map(before, NEEDS[name]))


def test_the_plan_has_every_notebook_in_the_order_of_the_numbers():
    assert sorted(path.stem for path in FOLDER.glob("[0-9][0-9]_*.ipynb")) == NAMES
    assert len({name[:2] for name in NAMES}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_no_notebook_needs_a_later_one(name):
    assert later(name, read(name)) == set()


@pytest.mark.parametrize("name", NAMES)
def test_what_the_code_reads_stands_in_the_plan(name):
    assert named(read(name)) <= {one[:2] for one in before(name) | {name}}


@pytest.mark.parametrize("name, following", list(pairwise(NAMES)))
def test_the_last_cell_leads_to_the_next_notebook(name, following):
    assert re.search(rf"Next: (\*\*|\[){following}\b", read(name).cells[-1].source)


@pytest.mark.parametrize(
    "first, code, found",
    [
        ("**You should know** notebooks 01 to 04.", "Run('05_own')", set()),
        ("**You should know** notebooks 01 to 06.", "", {"06"}),
        ("**You should know** 02 (apex) and 07 (both).\n\n**Minutes** 26", "", {"07"}),
        ("**Reads** `scores/08_last.csv` · **Writes** `scores/09.csv`", "", {"08"}),
        ("**Reads** `scores/` of notebooks 04 to 06 · **Writes** nothing", "", {"06"}),
        ("# A title", "run.path('scores/10_far.csv')", {"10"}),
        ("# A title", "frame('sub26_ep')", set()),
    ],
)
def test_a_later_notebook_is_found(first, code, found):
    notebook = new_notebook(cells=[new_markdown_cell(first), new_code_cell(code)])
    assert later("05_own", notebook) == found
