"""Pack the course: a bundle for students, one for the instructor, and sheets to print.

A bundle has the layout of the repository's folder notebooks/, so links between its texts hold;
texts become pages, and a link to what a bundle lacks becomes plain text.
"""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat

from mer.core.files import write_text
from mer.study.book import terms
from mer.study.book.course_pages import FOR_TEACHERS
from mer.study.book.notebooks import LINK
from mer.study.course import guide, lesson, package, quizzes
from mer.study.course.student import text as notebook_text

START = "start.ipynb"
_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto;
padding: 0 1rem }}
table {{ border-collapse: collapse }} td, th {{ border: 1px solid #bbb; padding: .2rem .5rem;
text-align: left; vertical-align: top }} ol.quiz > li {{ break-inside: avoid; margin-bottom: 1rem }}
ol.quiz ul {{ list-style: none }} .anchor-link {{ display: none }}
@media print {{ body {{ font-size: 11pt; margin: 0 }} a {{ color: inherit }} }}
</style></head><body>
{body}
</body></html>
"""
_LINK = re.compile(r'<a href="([^"]+)"[^>]*>(.*?)</a>', re.S)


def build(notebooks: Path, out: Path, runs: dict[str, Path] | None = None) -> None:
    """Write student/, instructor/, both as .zip, and sheets/ into `out`.

    Parameters
    ----------
    notebooks : Path
        The repository's folder of that name.
    out : Path
        Its folders of those names are made anew; other files in it stay. The instructor's bundle
        gets its slides, and sheets to print.
    runs : dict, optional
        By profile, finished runs of which the guide tells what to expect (`guide.runs`).
    """
    course = notebooks / "course"
    texts = sorted(course.glob("*.md"))
    study = sorted(notebooks.glob("*.ipynb"))
    exercises = sorted((notebooks / "exercises").rglob("[0-9][0-9]_*.ipynb"))
    solutions = sorted((notebooks / "solutions").glob("*.*[by]"))
    asked = {path.stem: quizzes.read(path) for path in sorted((course / "quizzes").glob("*.json"))}
    lessons = sorted(course.glob(f"{lesson.AUDIT}*.ipynb"))
    common = [*study, *exercises, *lessons, course / START, course / terms.FILE]
    fill = guide.Guide(notebooks, runs or {}).filled
    student = [*common, *(text for text in texts if text.name not in FOR_TEACHERS)]
    for folder in ("student", "instructor", "sheets"):
        shutil.rmtree(out / folder, ignore_errors=True)
    _bundle(student, notebooks, out / "student", fill)
    package.add_package(notebooks.parent, out / "student")
    _bundle([*common, *solutions, *texts], notebooks, out / "instructor", fill)
    for name in (package.LOCK, package.NEEDS, *(p.name for p in (out / "student").glob("*.whl"))):
        shutil.copyfile(out / "student" / name, out / "instructor" / name)
    for folder in (out / "sheets", out / "instructor" / "sheets"):
        _sheets(asked, folder, solved=False)
    _sheets(asked, out / "instructor" / "answers", solved=True)
    if (out / "slides").is_dir():
        shutil.copytree(out / "slides", out / "instructor" / "slides")
    for folder in ("student", "instructor"):
        shutil.make_archive(str(out / folder), "zip", out / folder)


def _bundle(files: list[Path], notebooks: Path, out: Path, fill: Callable) -> None:
    for path in files:
        target = out / _packed(path.relative_to(notebooks))
        if path.suffix == ".md":
            language = "ko" if path.stem.endswith(".ko") else "en"
            text = fill(path.read_text("utf-8"), language)
            body = _linked(_markdown(text), path, files)
            write_text(target, page(_title(path), body, language))
        elif path.suffix == ".csv":
            write_text(target, page("Glossary · 용어집", glossary(path)))
        elif path.suffix == ".ipynb":
            write_text(target, _notebook(path, files))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def _packed(path: Path) -> Path:
    """What a file is called in a bundle: texts and tables become pages."""
    return path.with_suffix(".html") if path.suffix in (".md", ".csv") else path


def _markdown(text: str) -> str:
    from nbconvert.filters import markdown2html

    return markdown2html(text)


def _linked(body: str, path: Path, files: list[Path]) -> str:
    """Links as they are in the bundle; what is not in it is no link any more."""

    def link(found):
        address, said = found.groups()
        if address.startswith(("#", "https://", "http://")):
            return found[0]
        there = _address(address, path, files)
        return f'<a href="{there}">{said}</a>' if there else said

    return _LINK.sub(link, body)


def _notebook(path: Path, files: list[Path]) -> str:
    """A notebook with links as `_linked` has them."""

    def link(found):
        said, address = found.groups()
        there = _address(address, path, files)
        return f"[{said}]({there})" if there else said

    made = nbformat.read(path, as_version=4)
    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(link, cell.source)
    return notebook_text(made)


def _address(address: str, path: Path, files: list[Path]) -> str | None:
    """Where in the bundle a link of `path` leads; None if what it leads to is not in it."""
    target = (path.parent / address.partition("#")[0]).resolve()
    if target in {file.resolve() for file in files}:
        name, mark, part = address.partition("#")
        return _packed(Path(name)).as_posix() + mark + part
    return address if target in {file.parent.resolve() for file in files} else None


def _title(path: Path) -> str:
    return path.read_text("utf-8").split("\n", 1)[0].lstrip("# ")


def page(title: str, body: str, language: str = "en") -> str:
    """A whole page that asks nothing of the network."""
    return _PAGE.format(title=html.escape(title), body=body, language=language)


def glossary(path: Path) -> str:
    """The table of terms as HTML, sorted by the English term."""
    head = "".join(f"<th>{name}</th>" for name in ("term", "한국어", "meaning", "뜻", "notebook"))
    lines = [
        "<tr>" + "".join(f"<td>{html.escape(row[name])}</td>" for name in terms.COLUMNS) + "</tr>"
        for row in terms.read(path)
    ]
    return f"<h1>Glossary · 용어집</h1><table><tr>{head}</tr>" + "\n".join(lines) + "</table>"


def _sheets(asked: dict[str, list[dict]], out: Path, solved: bool) -> None:
    for name, quiz in asked.items():
        for language in quizzes.WORDS:
            if quizzes.has(quiz, language):
                say = quizzes.WORDS[language]
                title = f"{say['answers'] if solved else say['quiz']}: {name.replace('_', ' ')}"
                body = f"<h1>{title}</h1>\n{quizzes.sheet(quiz, language, solved)}"
                if solved:
                    body += f"\n<p>{quizzes.key(quiz)}</p>"
                suffix = "" if language == "en" else f".{language}"
                write_text(out / f"{name}{suffix}.html", page(title, body, language))


def index(out: Path) -> str:
    """The page to begin with, with links to all that there is in `out`."""
    links = [
        ("Students: begin here", "student/course/README.html"),
        ("Students: everything in one file", "student.zip"),
        ("Instructor: begin here", "instructor/course/guide.html"),
        ("Instructor: everything in one file", "instructor.zip"),
        ("The book: executed notebooks, with the course", "book/index.html"),
    ]
    links = [(name, address) for name, address in links if (out / address).exists()]
    parts = [f"<h1>The course</h1>{_listed(links)}"]
    for title, folder in (
        ("Slides, with notes (press S)", "slides"),
        ("Sheets to print", "sheets"),
    ):
        pages = sorted((out / folder).glob("*.html"))
        if pages:
            found = [(path.stem.replace("_", " "), f"{folder}/{path.name}") for path in pages]
            parts.append(f"<h2>{title}</h2>{_listed(found)}")
    return page("The course", "\n".join(parts))


def _listed(links: list[tuple[str, str]]) -> str:
    items = (f'<li><a href="{address}">{name}</a></li>' for name, address in links)
    return "<ul>" + "\n".join(items) + "</ul>"
