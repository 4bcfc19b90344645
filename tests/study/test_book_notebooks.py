"""Notebooks as the book shows them: lighter pictures with a text, folded code, right links."""

import base64
import io
import re

import numpy as np
import pytest
from nbformat import v4 as new
from PIL import Image

from mer.study.book.notebooks import Pictures, prepared, title_and_question, webp


def file_of(image, kind="PNG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(raw):
    return Image.open(io.BytesIO(raw))


@pytest.fixture
def drawn():
    """A figure: few colours, sharp edges, a see-through corner."""
    pixels = np.full((120, 160, 4), 255, np.uint8)
    pixels[20:90, 30:32] = pixels[60, 10:150] = (34, 48, 60, 255)
    pixels[:10, :10] = (255, 0, 0, 0)
    return Image.fromarray(pixels)


@pytest.fixture
def photograph():
    """Smooth shades of many colours with a little grain."""
    y, x = np.mgrid[:240, :320]
    grain = np.random.default_rng(0).normal(0, 2, (240, 320, 3))
    shades = np.dstack([x * 0.7, y, (x + y) * 0.4]) + grain
    return Image.fromarray(shades.clip(0, 255).astype(np.uint8))


def embedded(raw, kind="png"):
    return f"data:image/{kind};base64,{base64.b64encode(raw).decode()}"


def drawing(raw, **metadata):
    """A code cell that drew the picture `raw`."""
    data = {"image/png": base64.b64encode(raw).decode(), "text/plain": "<Figure>"}
    output = new.new_output("display_data", data, metadata={"image/png": metadata})
    return new.new_code_cell("draw()", outputs=[output])


def shown(folder, *cells, **options):
    """The cells of a notebook as the book shows them, in `folder`."""
    return prepared(new.new_notebook(cells=list(cells)), "05_a", Pictures(folder), **options).cells


def html(cell):
    return cell.outputs[0]["data"]["text/html"]


def test_a_drawn_figure_keeps_every_visible_pixel(drawn):
    small = np.asarray(opened(webp(file_of(drawn))).convert("RGBA"))
    before = np.asarray(drawn)
    assert (small[..., 3] == before[..., 3]).all()
    seen = before[..., 3] > 0
    assert (small[seen] == before[seen]).all()


def test_a_photograph_gets_much_lighter_and_looks_the_same(photograph):
    raw = file_of(photograph)
    small = webp(raw)
    apart = np.asarray(photograph, float) - np.asarray(opened(small).convert("RGB"), float)
    assert len(small) < len(raw) / 4
    assert np.sqrt((apart**2).mean()) < 4  # of 255, grain included


def test_a_clip_keeps_its_frames_their_timing_and_its_loop(photograph):
    frames = [photograph.rotate(angle).quantize(64) for angle in (0, 10, 20)]
    raw = file_of(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=120, loop=0)
    clip = opened(webp(raw))
    assert clip.n_frames == 3 and clip.info["loop"] == 0 and clip.size == photograph.size
    clip.seek(1)
    clip.load()
    assert clip.info["duration"] == 120


def test_a_picture_lies_beside_its_page_with_the_text_it_was_given(tmp_path, drawn):
    (cell,) = shown(tmp_path, drawing(file_of(drawn), alt='Two "lines"'))
    address, alt = re.search(r'src="([^"]+)" alt="([^"]*)"', html(cell)).groups()
    assert alt == "Two &quot;lines&quot;" and opened((tmp_path / address).read_bytes()).size == (
        160,
        120,
    )
    assert 'width="160" height="120"' in html(cell) and "base64" not in html(cell)


def test_a_picture_without_a_text_is_named_after_its_section(tmp_path, drawn):
    raw = file_of(drawn)
    heading = new.new_markdown_cell("words\n\n## What it *costs*")
    table = new.new_output("display_data", {"text/html": f'<b><img src="{embedded(raw)}"></b>'})
    cells = shown(tmp_path, heading, drawing(raw), new.new_code_cell("x", outputs=[table]))
    assert 'alt="Figure of the section “What it costs”"' in html(cells[1])
    assert '<img alt="Picture of the section “What it costs”" src="images/' in html(cells[2])


def test_only_a_drawn_figure_is_turned_over_in_the_dark(tmp_path, drawn, photograph):
    cells = shown(tmp_path, drawing(file_of(drawn)), drawing(file_of(photograph)))
    assert [re.search('class="([^"]+)"', html(cell))[1] for cell in cells] == [
        "drawn",
        "photograph",
    ]


def test_a_picture_is_made_once(tmp_path, drawn, monkeypatch):
    shown(tmp_path / "before", drawing(file_of(drawn)))
    monkeypatch.setattr("mer.study.book.notebooks.webp", None)  # would be an error to call
    pictures = Pictures(tmp_path / "now", before=tmp_path / "before")
    assert (tmp_path / "now" / pictures.keep(file_of(drawn), "05_a")).exists()
    with pytest.raises(TypeError):
        pictures.keep(file_of(drawn.rotate(90)), "05_a")


@pytest.mark.parametrize("raw", [b"no picture", b"\x89PNG\r\n\x1a\n cut short"])
def test_what_is_no_picture_stays_as_it_is(tmp_path, raw):
    page = f'<img alt="a" src="{embedded(raw)}"> <img alt="b" src="data:image/png;base64,a">'
    output = new.new_output("display_data", {"text/html": page})
    (cell,) = shown(tmp_path, new.new_code_cell("x", outputs=[output]))
    assert html(cell) == page


def test_code_is_folded_but_what_is_made_by_hand_and_the_parameters(tmp_path):
    tagged = [
        new.new_code_cell(code, metadata={"tags": [tag] if tag else []})
        for code, tag in [
            ("seed = 0", "parameters"),
            ("# Parameters\nseed = 7", "injected-parameters"),
            ("by = hand", "by-hand"),
            ("plot()", ""),
        ]
    ]
    cells = shown(tmp_path, *tagged)
    assert [cell.source.splitlines()[-1] for cell in cells] == ["seed = 7", "by = hand", "plot()"]
    assert ["hide-input" in cell.metadata["tags"] for cell in cells] == [False, False, True]


def test_a_notebook_that_was_given_no_parameters_keeps_its_own(tmp_path):
    cell = new.new_code_cell("seed = 0", metadata={"tags": ["parameters"]})
    assert len(shown(tmp_path, cell)) == 1


@pytest.mark.parametrize(
    "checkout, file",
    [(None, "file"), ("../../..", "[file](../../../mer/core/files.py)")],
    ids=["elsewhere", "in the checkout"],
)
def test_links_lead_to_pages_and_files_that_are_there(tmp_path, checkout, file):
    far = "[far](https://a.org/b.ipynb) [above](#a) ![picture](a.png)"
    text = "[next](01_b.ipynb) [part](01_b.ipynb#a) [lost](02_c.ipynb) [file](../mer/core/files.py)"
    cell = new.new_markdown_cell(f"{text} {far}")
    (cell,) = shown(tmp_path, cell, pages=["01_b"], checkout=checkout)
    assert cell.source == f"[next](01_b.html) [part](01_b.html#a) lost {file} {far}"


def test_title_and_question_are_plain_text():
    cell = new.new_markdown_cell(
        "# 07 Two _words_\n\n**Question** is [this](a.md) `a_b`\nreally so?\n\n**Minutes** 3"
    )
    notebook = new.new_notebook(cells=[cell])
    assert title_and_question(notebook) == ("07 Two words", "Is this a_b really so?")
