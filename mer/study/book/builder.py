"""The report of a run as a book: its executed notebooks as pages, made by Sphinx and MyST-NB.

The pages have their contents, a navigation and a search, and need nothing from the network:
formulas are MathML (`mathml`), pictures and scripts lie beside them.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Collection
from functools import cache
from pathlib import Path

from mer.core.errors import MerError
from mer.core.files import write_text
from mer.study.book.notebooks import Pictures, prepared
from mer.study.execution import read_notebook

_HERE = Path(__file__).parent


@cache
def template(name: str):
    """The jinja2 template `name` of this folder; whatever is filled in is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)


class Book:
    """The pages of a run while they are made; `finish` puts them in place.

    Parameters
    ----------
    folder : path
        Where the pages will lie. What is there goes when the new ones are whole.

    names
        The notebooks that it will hold.
    checkout : str, optional
        The repository, seen from the pages, for links into it.

    Use it as a context: what it has made in vain is removed at its end.
    """

    def __init__(self, folder: Path, names: Collection[str], checkout: str | None = None):
        self._folder = folder
        self._names = names
        self._checkout = checkout
        self._scratch = folder.with_name(".book")
        shutil.rmtree(self._scratch, ignore_errors=True)  # of a run that was killed
        self._source = self._scratch / "source"
        self._pages = self._scratch / "pages"
        self._source.mkdir(parents=True)
        self.pictures = Pictures(self._pages, before=folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self._scratch, ignore_errors=True)

    def add_text(self, name: str, markdown: str) -> None:
        """A page written in MyST's Markdown."""
        write_text(self._source / f"{name}.md", markdown)

    def add_notebook(self, path: Path, note: str = "") -> None:
        """An executed notebook; its title gets its number, and `note` (Markdown) stands below."""
        import nbformat

        shown = prepared(read_notebook(path), path.stem, self.pictures, self._names, self._checkout)
        if shown.cells and shown.cells[0].source.startswith("# "):
            title, _, rest = shown.cells[0].source[2:].partition("\n")
            number = path.stem.split("_")[0]
            title = title if title.startswith(number) else f"{number} {title}"
            shown.cells[0].source = f"# {title}\n\n{note}\n\n{rest}"
        write_text(self._source / path.name, nbformat.writes(shown))

    def finish(self) -> str:
        """Make the pages. Returns what Sphinx warned of: nothing, where the sources are right."""
        from sphinx.application import Sphinx
        from sphinx.errors import SphinxError
        from sphinx.util.docutils import docutils_namespace, patch_docutils

        warnings = io.StringIO()
        try:
            with patch_docutils(_HERE), docutils_namespace():  # as Sphinx's own command does
                Sphinx(
                    srcdir=self._source,
                    confdir=_HERE,
                    outdir=self._pages,
                    doctreedir=self._scratch / "doctrees",
                    buildername="html",
                    status=None,
                    warning=warnings,
                ).build()
        except SphinxError as error:
            raise MerError(
                f"{self._folder}: the pages could not be made ({error}). The executed notebooks "
                "beside it are whole."
            ) from error
        shutil.rmtree(self._folder, ignore_errors=True)
        self._pages.rename(self._folder)
        return warnings.getvalue().strip()
