"""The student's notebooks, made from those with the solutions.

One source, notebooks/solutions/, gives notebooks/exercises/: cells tagged `solution` are left out,
what stands between BEGIN SOLUTION and END SOLUTION gives way to a stub that raises, and the
notebook's quiz stands at the end. Marks and metadata are those of nbgrader, so a teacher can
collect and grade with it.
"""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import nbformat

from mer.core.errors import BadData
from mer.core.files import write_text
from mer.study.course import quizzes

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
_CHECK = "from mer.study.course"
KINDS = ("changes-code", "reads-result")  # tags of an exercise's cell: what is done in it


def student(notebook, quiz: list[dict] | None = None, language: str = "en"):
    """The notebook without its solutions.

    Parameters
    ----------
    notebook : NotebookNode
        One of notebooks/solutions.
    quiz : list of dict, optional
        Questions for its end (`mer.study.course.quizzes.read`).
    language : {"en", "ko"}
        Korean texts stand in the metadata of the English ones.

    Returns
    -------
    NotebookNode
        A new one.

    Raises
    ------
    BadData
        If a solution begins without end, or ends without beginning.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> from mer.study.course.student import student
    >>> cell = new_code_cell("### BEGIN SOLUTION: notebook 01\\nanswer = 42\\n### END SOLUTION")
    >>> print(student(new_notebook(cells=[cell])).cells[0].source)
    # YOUR CODE HERE
    raise NotImplementedError('not solved yet: notebook 01')
    """
    made = copy.deepcopy(notebook)
    made.cells = [cell for cell in made.cells if "solution" not in cell.metadata.get("tags", ())]
    for cell in made.cells:
        translated = cell.metadata.pop("ko", cell.source)
        if cell.cell_type == "code":
            cell.source = stub(cell.source)
            if language == "ko":  # hints are in Korean, all other code is the same
                cell.source = cell.source.replace(f"{_CHECK} ", f"{_CHECK}.korean ")
        elif language == "ko":
            cell.source = translated
    if quiz:
        text = quizzes.markdown(quiz, language)
        made.cells.append(nbformat.v4.new_markdown_cell(text, id="quiz"))
    return made


def stub(source: str) -> str:
    """Code whose solutions give way to a line that raises; what follows BEGIN is the hint."""
    lines, inside = [], False
    for line in source.splitlines():
        if BEGIN in line and not inside:
            indent = re.match(r"\s*", line)[0]
            hint = line.split(BEGIN, 1)[1].lstrip(": ").strip()
            said = repr(f"not solved yet: {hint}")
            lines += [f"{indent}# YOUR CODE HERE", f"{indent}raise NotImplementedError({said})"]
            inside = True
        elif END in line and inside:
            inside = False
        elif BEGIN in line or END in line:
            raise BadData(f"exercise: {line.strip()!r} without its partner, in:\n{source}")
        elif not inside:
            lines.append(line)
    if inside:
        raise BadData(f"exercise: a solution that does not end, in:\n{source}")
    return "\n".join(lines)


def text(notebook) -> str:
    """A notebook as it is kept: without trailing blanks, one line break at its end."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write_all(notebooks: Path) -> list[Path]:
    """Make notebooks/exercises anew from notebooks/solutions, and the Korean version of the
    course's own notebooks; the files that were written."""
    folders = {"en": notebooks / "exercises", "ko": notebooks / "exercises" / "ko"}
    written = []
    for language, folder in folders.items():
        for source in sorted((notebooks / "solutions").glob("*.ipynb")):
            write_text(folder / source.name, text(for_student(source, language)))
            written.append(folder / source.name)
    for source in lessons(notebooks):
        korean = source.with_suffix(".ko.ipynb")
        write_text(korean, text(student(nbformat.read(source, as_version=4), language="ko")))
        written.append(korean)
    for stale in set((notebooks / "exercises").rglob("*.ipynb")) - set(written):
        stale.unlink()
    return written


def lessons(notebooks: Path) -> list[Path]:
    """Notebooks of the course that are no exercises and have Korean texts in their metadata."""
    found = sorted((notebooks / "course").glob("*.ipynb"))
    return [
        path
        for path in found
        if any("ko" in cell.metadata for cell in nbformat.read(path, as_version=4).cells)
    ]


def for_student(source: Path, language: str = "en"):
    """The student's version of a notebook of notebooks/solutions, with the quiz of its name."""
    quiz = source.parents[1] / "course" / "quizzes" / f"{source.stem}.json"
    asked = quizzes.read(quiz) if quiz.is_file() else None
    return student(nbformat.read(source, as_version=4), asked, language)
