"""Slides for a lecture: a deck for each notebook, with the figures of a run and speaker notes.

What is shown is taken from the notebook: its question, the equation and the code that it writes by
hand, its figures, and what to take home. notebooks/course/slides.json chooses among them and has
the notes. A deck is a notebook again, whose cells have the slide types of JupyterLab; nbconvert
makes it a page for reveal.js, which lies beside it.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mer.core.errors import BadData
from mer.core.files import write_text
from mer.study.book.mathml import formula
from mer.study.book.notebooks import Pictures, alt_text, heading, linked, title_and_question
from mer.study.findings import load
from mer.study.results import answers

_HERE = Path(__file__).parent
_DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.S)
_INLINE = re.compile(r"(?<![\\$])\$(?![\s$])([^$\n]+?)\$")
_KEEPERS = ("run.figure", "run.clip", "run.play")


def build(notebooks: Path, run: Path, out: Path) -> dict[str, list[str]]:
    """Write a deck for each notebook that slides.json names, anew.

    Parameters
    ----------
    notebooks : Path
        The repository's folder of that name.
    run : Path
        A finished run: its figures and its records are shown.
    out : Path
        The folder of the decks; what was in it goes.

    Returns
    -------
    dict
        The decks that were written, each with the names of the figures that the run lacks.

    Raises
    ------
    BadData
        If `run` is not finished, or slides.json names what its notebook does not have.
    """
    said = json.loads((notebooks / "course/slides.json").read_text(encoding="utf-8"))
    records, provenance = load(run)
    found = answers(notebooks.parent, said, records)
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(_HERE / "static", out / "static")
    pictures, lacking = Pictures(out), {}
    for name, notes in said.items():
        lacking[name] = []

        def picture(figure: str, name=name) -> str:
            path = next((run / "figures").glob(f"{name}-{figure}.*"), None)
            if path is None:
                lacking[name].append(figure)
                return ""
            return pictures.element(path.read_bytes(), path.stem, alt_text(path))

        notebook = nbformat.read(notebooks / f"{name}.ipynb", as_version=4)
        exercises = notebooks / "exercises" / f"{name}.ipynb"
        tasks = nbformat.read(exercises, as_version=4) if exercises.exists() else new_notebook()
        try:
            made = deck(
                notebook, name[:2], notes, picture, tasks, _told(found.get(name), provenance)
            )
        except BadData as error:
            raise BadData(f"{notebooks / 'course/slides.json'}: {name}: {error}") from error
        write_text(out / f"{name}.html", page(made))
    return lacking


def deck(notebook, number: str, notes: dict, picture: Callable[[str], str], tasks, told: str = ""):
    """The slides of a notebook, as a notebook.

    Parameters
    ----------
    notebook : NotebookNode
        The study's notebook; it need not have been run.
    number : str
        Its two digits.
    notes : dict
        What the speaker says: to the `question`, what the run `found` and to `take home`; `by hand`
        and `figures` map a heading and the name of a figure to notes, and are thereby chosen.
    picture : callable
        A figure's name to its <img>, or to "" where it is not there: then it has no slide.
    tasks : NotebookNode
        The student's exercises.
    told : str
        What a run found, as Markdown.

    Raises
    ------
    BadData
        If the notebook does not have what was chosen.
    """
    title, question = title_and_question(notebook)
    title = title if title.startswith(number) else f"{number} {title}"
    cells = list(_slide(f"# {title}\n\n{question}", notes["question"]))
    hand, figures = dict(notes["by hand"]), dict(notes["figures"])
    section, text = "", ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            begun = heading(cell.source)
            section, text = begun or section, cell.source if begun else f"{text}\n{cell.source}"
        elif "by-hand" in cell.metadata.get("tags", ()) and section in hand:
            cells += _by_hand(section, text, cell.source, hand.pop(section))
        for name in _drawn(cell, figures):
            said, shown = figures.pop(name), picture(name)
            cells += _slide(f"## {section}\n\n{shown}", said) if shown else ()
    if hand or figures:
        raise BadData(f"not in the notebook: {', '.join([*hand, *figures])}")
    if told:
        cells += _slide(f"## What this run found\n\n{told}", notes["found"])
    home = re.search(r"## Take home\n+(.+?)(?=\n## |\Z)", notebook.cells[-1].source, re.S)
    cells += _slide(f"## Take home\n\n{home[1].strip() if home else ''}", notes["take home"])
    asked = [line[3:] for cell in tasks.cells for line in cell.source.split("\n")[:1]
             if re.match(r"## \d\d\.\d ", line)]  # fmt: skip
    if asked:
        cells += _slide("## Now you\n\n" + "\n".join(f"* {task}" for task in asked), "")
    return new_notebook(cells=cells, metadata={"title": title})


def page(made) -> str:
    """A deck as a page; script and style are looked for in static/ beside it."""
    from nbconvert.exporters import SlidesExporter
    from traitlets.config import Config

    style = Config({"CSSHTMLHeaderPreprocessor": {"style": "a11y-high-contrast-light"}})
    exporter = SlidesExporter(
        config=style, extra_template_basedirs=[str(_HERE / "templates")], template_name="slides"
    )
    return exporter.from_notebook_node(made)[0]


def _slide(markdown: str, notes: str, kind: str = "slide") -> Iterator:
    text = _formulas(linked(markdown, (), None))
    yield new_markdown_cell(text, metadata={"slideshow": {"slide_type": kind}})
    if notes:
        yield new_markdown_cell(notes, metadata={"slideshow": {"slide_type": "notes"}})


def _by_hand(section: str, text: str, code: str, notes: str) -> Iterator:
    """The equations of a section with the list of their symbols, and below them the code."""
    symbols = [line for line in text.splitlines() if line.startswith("* ")]
    equations = [found[0] for found in _DISPLAY.finditer(text)]
    yield from _slide("\n\n".join([f"## {section}", *equations, "\n".join(symbols)]), notes)
    yield from _slide(f"## {section} · code", "", "subslide")
    yield new_code_cell(code, metadata={"slideshow": {"slide_type": "-"}})


def _drawn(cell, wanted: dict) -> list[str]:
    """The figures among the wanted ones that a cell keeps; a name may be an f-string."""
    if cell.cell_type != "code":
        return []
    patterns = []
    for call in ast.walk(ast.parse(cell.source)):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in _KEEPERS:
            name = call.args[1]
            parts = name.values if isinstance(name, ast.JoinedStr) else [name]
            patterns.append(
                "".join(re.escape(p.value) if isinstance(p, ast.Constant) else ".+" for p in parts)
            )
    return [name for name in wanted if any(re.fullmatch(one, name) for one in patterns)]


def _formulas(markdown: str) -> str:
    """LaTeX as MathML, which a browser draws by itself; what stands side by side, one below the
    other."""

    def block(found: re.Match) -> str:
        lines = (formula(part.strip(), block=True) for part in found[1].split(r"\qquad"))
        return "\n" + "\n".join(f'<div class="formula">{line}</div>' for line in lines) + "\n"

    markdown = _DISPLAY.sub(block, markdown)
    return _INLINE.sub(lambda found: formula(found[1]), markdown)


def _told(answer: str | None, provenance: dict) -> str:
    if not answer:
        return ""
    run = provenance["parameters"]
    which = f"Source `{run['source']}`, profile `{run['profile']}`, seed {run['seed']}."
    if run["profile"] == "smoke":
        which += " The smoke profile only shows that every cell runs: its numbers mean nothing."
    return f"{answer[:1].upper()}{answer[1:]}.\n\n<small>{which} Brackets: 95 % intervals.</small>"
