"""Executed notebooks as sources of the book: what of them is shown, and how.

Pictures become files beside the pages, as WebP and with a text for who does not see them; code is
folded, but for what a notebook writes by hand; of the two cells of parameters one is left.
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
import re
from collections.abc import Collection
from pathlib import Path

from PIL import Image, ImageSequence

IMAGES = "images"  # folder of the pictures, beside the pages
# A link in Markdown to a file: what it says, and its address.
LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\(((?!\w+:|#)[^()\s]+)\)")
_EMBEDDED = re.compile(r'data:image/(?:png|gif);base64,([^"\')]+)')
_IMG = re.compile(r"<img\b[^>]*>")
_PICTURES = ("image/png", "image/jpeg")
_FEW = 4096  # colours: a drawn figure has fewer, a sheet of photographs many more
_STRIP = 2.2  # times as wide as high: too small on a phone, where it scrolls in its frame
_QUALITY, _CLIP_QUALITY = 90, 80  # of photographs, of clips
_SEEN = {"by-hand", "injected-parameters"}  # tags of cells whose code is not folded


def title_and_question(notebook) -> tuple[str, str]:
    """The heading of a notebook and the line after **Question** in its first cell, as text."""
    first = notebook.cells[0].source if notebook.cells else ""
    title = re.search(r"^#\s+(.+)$", first, re.M)
    question = re.search(r"\*\*Question[.:]?\*\*[.:]?\s*(.+?)(?=\n\s*\n|\n[-*#|]|\Z)", first, re.S)
    title, question = (_plain(found.group(1)) if found else "" for found in (title, question))
    return title, question[:1].upper() + question[1:]


def _plain(markdown: str) -> str:
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    text = re.sub(r"<[^>]+>", "", text)
    return " ".join(re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", text).split())


class Pictures:
    """The pictures of a book, in `folder`/images; one that lies in `before` is not made again."""

    def __init__(self, folder: Path, before: Path | None = None):
        self._folder = folder / IMAGES
        self._before = before and before / IMAGES
        self._folder.mkdir(parents=True, exist_ok=True)

    def keep(self, raw: bytes, stem: str) -> str:
        """Address of the picture `raw` (a PNG, JPEG or GIF file), seen from a page.

        Raises OSError for what is no picture.
        """
        name = f"{stem}-{hashlib.sha256(raw).hexdigest()[:10]}.webp"
        known = self._before and self._before / name
        (self._folder / name).write_bytes(
            known.read_bytes() if known and known.exists() else webp(raw)
        )
        return f"{IMAGES}/{name}"

    def element(self, raw: bytes, stem: str, alt: str) -> str:
        """An <img> of the picture; a drawn figure says so, so that the dark can turn it over."""
        address = self.keep(raw, stem)
        with Image.open(self._folder / Path(address).name) as image:
            width, height = image.size
            still = getattr(image, "n_frames", 1) == 1
            kind = "drawn" if still and is_drawn(image) else "photograph"
            kind += " strip" if width > _STRIP * height else ""
        return (
            f'<img class="{kind}" src="{address}" alt="{html.escape(alt)}" width="{width}" '
            f'height="{height}">'
        )


def alt_text(path: Path) -> str:
    """What a figure that a run has kept shows: its own description, or else its name."""
    with Image.open(path) as image:
        words = re.sub(r"[-_]+", " ", path.stem).lstrip("0123456789 ").capitalize()
        return image.info.get("Description") or words


def is_drawn(image: Image.Image) -> bool:
    """Whether a picture is a drawn figure, not made of photographs."""
    return image.convert("RGBA").getcolors(_FEW) is not None


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
        image.save(out, "WEBP", lossless=is_drawn(image), quality=_QUALITY, method=4)
    return out.getvalue()


def prepared(
    notebook,
    name: str,
    pictures: Pictures,
    pages: Collection[str] = (),
    checkout: str | None = None,
):
    """A copy of the executed `notebook` as the book shows it; its pictures go to `pictures`.

    Links lead to the other `pages` of the book, and to files of the `checkout` as seen from them
    (None: they do not lie in it); a link to anything else of the repository becomes plain text.
    """
    import nbformat

    shown = nbformat.from_dict(notebook)
    given = any("injected-parameters" in _tags(cell) for cell in shown.cells)
    shown.cells = [c for c in shown.cells if not (given and "parameters" in _tags(c))]
    section = name
    for cell in shown.cells:
        if cell.cell_type == "markdown":
            section = heading(cell.source) or section
            cell.source = linked(cell.source, pages, checkout)
        elif cell.cell_type == "code":
            _fold(cell)
            for output in cell.outputs:
                _show(output, name, section, pictures)
    return shown


def _tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


def heading(markdown: str) -> str:
    """The text of the last heading in a Markdown text, or ""."""
    found = re.findall(r"^#+\s+(.+)$", markdown, re.M)
    return _plain(found[-1]) if found else ""


def linked(markdown: str, pages: Collection[str], checkout: str | None) -> str:
    """Links from a notebook to another, and to files of the repository, as links of a page."""

    def link(found: re.Match) -> str:
        text, address = found.groups()
        name, ending, part = address.partition(".ipynb")
        if ending and name in pages:
            return f"[{text}]({name}.html{part})"
        if address.startswith("../") and checkout:
            return f"[{text}]({checkout}/{address[3:]})"
        return text

    return LINK.sub(link, markdown)


def _fold(cell) -> None:
    tags = _tags(cell)
    if cell.source.strip() and not _SEEN & set(tags):
        cell.metadata["tags"] = [*tags, "hide-input"]
    if "injected-parameters" in tags:
        cell.source = cell.source.replace("# Parameters", "# the parameters of this run")


def _show(output, name: str, section: str, pictures: Pictures) -> None:
    """Hand the pictures of one output to the book; without a text of their own they get the name
    of their section."""
    data = output.get("data", {})
    for kind in _PICTURES:
        if kind in data:
            given = output.get("metadata", {}).get(kind, {})
            alt = given.get("alt") or f"Figure of the section “{section}”"
            raw = base64.b64decode(data[kind])
            output["data"] = {"text/html": f"<p>{pictures.element(raw, name, alt)}</p>"}
            return
    if "text/html" in data:
        data["text/html"] = _outside(data["text/html"], name, section, pictures)


def _outside(page: str, name: str, section: str, pictures: Pictures) -> str:
    """HTML whose embedded pictures lie in files, and whose pictures all have a text."""

    def kept(found: re.Match) -> str:
        try:
            return pictures.keep(base64.b64decode(found[1]), name)
        except (OSError, ValueError):  # no base64, or no picture
            return found[0]

    def told(found: re.Match) -> str:
        if re.search(r"\balt\s*=", found[0]):
            return found[0]
        return f'<img alt="Picture of the section “{html.escape(section)}”"' + found[0][4:]

    return _IMG.sub(told, _EMBEDDED.sub(kept, page))
