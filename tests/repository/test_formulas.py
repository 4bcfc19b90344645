"""Every formula of the notebooks can be drawn by a browser alone."""

import re
from pathlib import Path

import nbformat
import pytest

from mer.study.book.mathml import formula

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
_CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
_FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$\w])\$(?!\s)([^$\n]+?)(?<![\s\\])\$(?!\d)", re.DOTALL)


def formulas(path):
    """What stands between dollars in the words of a notebook."""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            for block, inline in _FORMULA.findall(_CODE.sub("", cell.source)):
                yield block or inline


def test_there_are_formulas():
    assert sum(1 for path in NOTEBOOKS for _ in formulas(path)) > 10


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_formulas_become_mathml(path):
    lost = [tex for tex in formulas(path) if not drawn(formula(tex))]
    assert not lost, f"{path.name}: say these in other commands of LaTeX: {lost}"


def drawn(page):
    """Whether a formula was understood: no command of LaTeX is left in it."""
    return page.startswith("<math") and "\\" not in page


@pytest.mark.parametrize("tex", [r"\unheard{x}", r"\sqrt["])
def test_what_is_not_understood_is_noticed(tex):
    assert not drawn(formula(tex))
