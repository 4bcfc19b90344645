"""What the book has of the course: its texts, its glossary, and the way to what lies beside it.

The texts are those of notebooks/course, but for what is written for teachers.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from mer.study.book import terms
from mer.study.book.notebooks import LINK

FOR_TEACHERS = ("guide.md", "guide.ko.md")
FIRST = "course"  # the page of the README
_SESSION = re.compile(r"^\| (\d) \| (.+?) \|", re.M)
_NOTEBOOK = re.compile(r"\.\./(\d\d_\w+)\.ipynb")


@dataclass(frozen=True)
class Course:
    """What a book may link to; whatever is not there is not linked.

    Parameters
    ----------
    texts : Path, optional
        The folder notebooks/course of a checkout; without it the book has no part on the course.
    beside : dict
        What there is of each notebook, by the word that a link says, and where, seen from the
        pages: `{"Exercises": "../../notebooks/exercises/{name}.ipynb"}`.
    sheets : str, optional
        Where the printed quiz of a session is, as "../sheets/session_{number}.html".
    checkout : str, optional
        The repository, seen from the pages; None: it is not to be linked.
    """

    texts: Path | None = None
    beside: dict[str, str] = field(default_factory=dict)
    sheets: str | None = None
    checkout: str | None = None

    @classmethod
    def of_checkout(cls, checkout: Path | None, html: Path) -> Course:
        """What a checkout has for the pages in `html`: its texts; links into it only where the
        pages lie in it, since elsewhere they would tell of this machine."""
        if checkout is None:
            return cls()
        texts = checkout / "notebooks/course"
        texts = texts if texts.is_dir() else None
        if checkout not in html.resolve().parents:
            return cls(texts)
        there = Path(os.path.relpath(checkout, html.resolve())).as_posix()
        exercises = f"{there}/notebooks/exercises/{{name}}.ipynb"
        return cls(texts, {"Exercises": exercises}, checkout=there)

    def of_notebook(self, name: str, html: Path) -> Iterator[tuple[str, str]]:
        """Word and address of what there is of a notebook, for the pages in `html`."""
        for said, place in self.beside.items():
            address = place.format(name=name)
            if _exists(html, address):
                yield said, address

    def pages(self, html: Path, notebooks: list[str]) -> dict[str, str]:
        """The Markdown of each page, by its name, for a book with these `notebooks`."""
        if self.texts is None:
            return {}
        made = {}
        for path in sorted(self.texts.glob("*.md"), key=_order):
            if path.name not in FOR_TEACHERS:
                made[_page(path.name)] = self._text(path, html, notebooks)
        if FIRST in made:
            made[FIRST] += self._sessions(html, notebooks)
        if (self.texts / terms.FILE).exists():
            made[terms.PAGE] = terms.page(terms.read(self.texts / terms.FILE), notebooks)
        return made

    def _text(self, path: Path, html: Path, notebooks: list[str]) -> str:
        def link(found: re.Match) -> str:
            said, address = found.groups()
            address, _, part = address.partition("#")
            target = self._address(path.parent / unquote(address), html, notebooks)
            return f"[{said}]({target}{'#' + part if part else ''})" if target else said

        return LINK.sub(link, path.read_text(encoding="utf-8"))

    def _address(self, target: Path, html: Path, notebooks: list[str]) -> str | None:
        """Where a file of the repository is, seen from the pages; None if it is not to be seen."""
        target = Path(os.path.normpath(target))
        a_page = target.name == terms.FILE or target.suffix == ".md"
        a_page &= target.parent == self.texts and target.name not in FOR_TEACHERS
        if a_page and target.exists():
            return f"{_page(target.name)}.html"
        if target.suffix == ".ipynb" and target.stem in notebooks:
            return f"{target.stem}.html"
        if self.checkout and target.exists():
            checkout = self.texts.parents[1]
            return f"{self.checkout}/{target.relative_to(checkout).as_posix()}"
        return None

    def _sessions(self, html: Path, notebooks: list[str]) -> str:
        """A table of the sessions, with all that there is of each."""
        readme = (self.texts / "README.md").read_text(encoding="utf-8")
        rows = []
        for number, named in _SESSION.findall(readme):
            cells = []
            names = _NOTEBOOK.findall(named)
            cells.append(" · ".join(
                f"[{name[:2]}]({name}.html)" if name in notebooks else name[:2] for name in names
            ))  # fmt: skip
            for said in self.beside:
                there = ((name[:2], dict(self.of_notebook(name, html)).get(said)) for name in names)
                cells.append(" · ".join(f"[{no}]({address})" for no, address in there if address))
            if self.sheets:
                sheet = self.sheets.format(number=number)
                cells.append(f"[to print]({sheet})" if _exists(html, sheet) else "")
            rows.append([number, *cells])
        head = ["session", "notebooks", *map(str.lower, self.beside), *["quiz"] * bool(self.sheets)]
        lines = [head, ["---"] * len(head), *rows]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return f"\n\n## Session by session\n\n{table}\n" if rows else ""


def _page(name: str) -> str:
    """The page of a text: README.ko.md is course.ko, the glossary's table is glossary."""
    return Path(name).with_suffix("").as_posix().replace("README", FIRST)


def _order(path: Path) -> tuple:
    """README and syllabus first, what is Korean after what is English."""
    stem, korean = path.name.split(".")[0], path.name.endswith(".ko.md")
    known = ("README", "syllabus", "ethics", "data_sheet", "capstone")
    return korean, known.index(stem) if stem in known else len(known), stem


def _exists(html: Path, address: str) -> bool:
    """Whether something is there; the pages themselves need not be yet."""
    return os.path.exists(os.path.normpath(html / address))
