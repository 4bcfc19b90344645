"""Executed notebooks as web pages that need nothing from outside.

A page shows what its notebook drew, as WebP instead of PNG and GIF; whoever wants every bit finds
it in figures/ and in the executed notebook. The pictures stay inside the page, so it can be moved
and mailed alone.
"""

from __future__ import annotations

import base64
import io
import re
from functools import cache
from pathlib import Path

from PIL import Image, ImageSequence

from mer.core.files import write_text

TEMPLATES = Path(__file__).with_name("templates")
_NAVIGATION = re.compile("<!--study-nav-->.*?<!--/study-nav-->", re.S)
_ICON = re.compile(r"\s*--jp-icon-[\w-]+:\s*url\([^)]*\);?")  # of JupyterLab's buttons
_EMBEDDED = re.compile(r'data:image/(?:png|gif);base64,([^"\')]+)')
_FEW = 4096  # colours: a drawn figure has fewer, a sheet of photographs many more
_QUALITY, _CLIP_QUALITY = 90, 80  # of photographs, of clips


@cache
def template(name: str):
    """The jinja2 template `name` of this folder; whatever is filled in is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)


def title_and_question(notebook) -> tuple[str, str]:
    """The heading of a notebook and the line after **Question** in its first cell, as text."""
    first = notebook.cells[0].source if notebook.cells else ""
    heading = re.search(r"^#\s+(.+)$", first, re.M)
    question = re.search(r"\*\*Question[.:]?\*\*[.:]?\s*(.+?)(?=\n\s*\n|\n[-*#|]|\Z)", first, re.S)
    heading, question = (_plain(found.group(1)) if found else "" for found in (heading, question))
    return heading, question[:1].upper() + question[1:]


def _plain(markdown: str) -> str:
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    text = re.sub(r"<[^>]+>", "", text)
    return " ".join(re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", text).split())


def write_page(notebook, path: Path) -> None:
    """Write an executed notebook as the HTML page `path`; `link_pages` fills its first line."""
    from jinja2 import FileSystemLoader
    from nbconvert.exporters import HTMLExporter

    exporter = HTMLExporter(
        extra_loaders=[FileSystemLoader(TEMPLATES)],
        template_name="lab",
        template_file="page.html",
        mathjax_url="",
        require_js_url="",
        mermaid_js_url="",
        jquery_url="",
        jupyter_widgets_base_url="",
    )
    title = title_and_question(notebook)[0] or path.stem
    page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title}})
    # A link from one notebook to another leads from page to page.
    page = re.sub(r'(<a href="[\w-]+)\.ipynb(["#])', r"\1.html\2", page)
    write_text(path, lighter(_ICON.sub("", page)))


def link_pages(folder: Path, names: list[str]) -> None:
    """Link each page in `folder` to the index and to the one before and after it."""
    for before, name, after in zip([None, *names], names, [*names[1:], None], strict=False):
        links = template("navigation.html").render(before=before, after=after).strip()
        path = folder / f"{name}.html"
        page = path.read_text(encoding="utf-8")
        linked = _NAVIGATION.sub(lambda _, links=links: links, page, count=1)
        if linked != page:
            write_text(path, linked)


def lighter(page: str) -> str:
    """The HTML `page` with every embedded PNG and GIF as WebP, where that is smaller.

    What cannot be read as a picture stays as it is.
    """
    return _EMBEDDED.sub(_smaller, page)


def _smaller(found: re.Match) -> str:
    try:
        raw = base64.b64decode(found[1])
        small = webp(raw)
    except (OSError, ValueError):  # no base64, or no picture
        return found[0]
    if len(small) >= len(raw):
        return found[0]
    return f"data:image/webp;base64,{base64.b64encode(small).decode()}"


def webp(raw: bytes) -> bytes:
    """A PNG or GIF file as a WebP file: drawn figures to the last bit, photographs and clips in
    good quality. Raises OSError for what is no picture."""
    image = Image.open(io.BytesIO(raw))
    out = io.BytesIO()
    if getattr(image, "n_frames", 1) > 1:
        frames, times = zip(
            *[
                (frame.convert("RGBA"), frame.info.get("duration", 100))
                for frame in ImageSequence.Iterator(image)
            ]
        )
        frames[0].save(
            out,
            "WEBP",
            save_all=True,
            append_images=frames[1:],
            duration=list(times),
            loop=image.info.get("loop", 1),
            quality=_CLIP_QUALITY,
        )
    else:
        image = image.convert("RGBA")
        drawn = image.getcolors(_FEW) is not None
        image.save(out, "WEBP", lossless=drawn, quality=_QUALITY, method=4)
    return out.getvalue()
