"""A Sphinx extension: the glossary, and links to it from where a term is first used on a page.

Code, headings, formulas and what is a link already are left alone.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from functools import cache
from pathlib import Path

from mer.core.errors import BadData

FILE, PAGE = "glossary.csv", "glossary"
COLUMNS = ("term", "korean", "meaning", "meaning_ko", "notebook")
# Words of everyday language besides: most of their uses do not mean the entry.
_EVERYDAY = frozenset({"told", "class", "index", "chance", "subject"})


def read(path: Path) -> list[dict]:
    """The rows of a glossary by term; a table of other columns, or with a gap, is `BadData`."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows, 2):
        if tuple(row) != COLUMNS or not all(row.values()):
            raise BadData(f"{path}: line {number}: needs {', '.join(COLUMNS)}, none of them empty")
    return sorted(rows, key=lambda row: row["term"].lower())


def page(rows: list[dict], notebooks: Collection[str]) -> str:
    """The glossary as a page of the book, in MyST's Markdown, with links to its notebooks."""
    lines = ["# Glossary · 용어집", "", "```{glossary}"]
    for row in rows:
        number = row["notebook"]
        name = next((name for name in notebooks if name.startswith(number)), None)
        where = f"[{number}]({name}.html)" if name else number
        lines += [
            row["term"],
            f"  {row['meaning']} (notebook {where})",
            "",
            f"  **{row['korean']}**: {row['meaning_ko']}",
            "",
        ]
    return "\n".join([*lines, "```"]) + "\n"


def forms(term: str) -> list[str]:
    """The words of an entry: "Action Unit (AU)" has two.

    Examples
    --------
    >>> from mer.study.book.terms import forms
    >>> forms("Action Unit (AU)")
    ['Action Unit', 'AU']
    """
    long, _, short = term.partition(" (")
    return [long, short.rstrip(")")] if short else [long]


@cache
def pattern(terms: tuple[str, ...]) -> tuple[re.Pattern, tuple[str, ...]]:
    """What finds any of the terms in a text, the longest first, and the term of each group.

    Abbreviations are found as they are written, words in the plural and with a capital as well.
    """
    said = [(form, term) for term in terms for form in forms(term) if term not in _EVERYDAY]
    said.sort(key=lambda pair: (-len(pair[0]), pair[0]))
    groups = [
        f"({re.escape(form)})" if form[-1].isupper() else f"((?i:{re.escape(form)}))s?"
        for form, _ in said
    ]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(groups)})(?![\w-])"), tuple(t for _, t in said)


def _link(app, doctree, docname: str) -> None:
    """Make the first use of each term on a page a link."""
    from docutils import nodes

    entries = {
        term: (page, anchor)
        for term, _, kind, page, anchor, _ in app.env.domains.standard_domain.get_objects()
        if kind == "term" and page != docname
    }
    if not entries:
        return
    left = (nodes.title, nodes.literal, nodes.literal_block, nodes.math, nodes.math_block,
            nodes.reference, nodes.raw, nodes.comment, nodes.caption)  # fmt: skip
    find, term_of = pattern(tuple(entries))
    used = set()
    for text in list(doctree.findall(nodes.Text)):
        parent = text.parent
        while parent is not None and not isinstance(parent, left):
            parent = parent.parent
        if parent is None:
            text.parent.replace(text, _parts(app, text, docname, find, term_of, entries, used))


def _parts(app, text, docname, find, term_of, entries, used) -> list:
    """A text, cut where terms become links."""
    from docutils import nodes

    whole, parts, at = text.astext(), [], 0
    for found in find.finditer(whole):
        term = term_of[found.lastindex - 1]
        if term in used:
            continue
        used.add(term)
        page, anchor = entries[term]
        address = f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
        link = nodes.reference("", found[0], refuri=address, internal=True, classes=["term"])
        parts += [nodes.Text(whole[at : found.start()]), link]
        at = found.end()
    return [*parts, nodes.Text(whole[at:])]


def setup(app) -> dict:
    """What Sphinx calls."""
    app.connect("doctree-resolved", _link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
