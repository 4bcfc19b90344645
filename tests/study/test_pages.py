"""Notebooks as pages, with lighter pictures: nothing is lost that an eye would miss."""

import base64
import io
import re

import nbformat
import numpy as np
import pytest
from PIL import Image

from mer.study.pages import lighter, title_and_question, webp, write_page


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
    return f'<img alt="a" src="data:image/{kind};base64,{base64.b64encode(raw).decode()}">'


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


def test_a_page_keeps_its_words_and_every_picture(drawn, photograph):
    page = "".join(
        ["<p>one</p>", embedded(file_of(drawn)), "<p>two</p>", embedded(file_of(photograph))]
    )
    small = lighter(page)
    assert len(small) < len(page) / 3
    assert re.sub(r'data:[^"]*', "", small) == re.sub(r'data:[^"]*', "", page)
    pictures = re.findall(r"data:image/webp;base64,([^\"]+)", small)
    assert [opened(base64.b64decode(one)).size for one in pictures] == [(160, 120), (320, 240)]


@pytest.mark.parametrize("raw", [b"no picture", b"\x89PNG\r\n\x1a\n cut short"])
def test_what_is_no_picture_stays_as_it_is(raw):
    assert lighter(embedded(raw)) == embedded(raw)
    assert lighter('<img src="data:image/png;base64,a">') == '<img src="data:image/png;base64,a">'


def test_a_picture_that_would_grow_stays_as_it_is():
    tiny = file_of(Image.new("1", (1, 1)), optimize=True)
    assert len(lighter(embedded(tiny))) <= len(embedded(tiny))


def test_a_notebook_page_is_light_and_whole_in_itself(tmp_path, photograph):
    new = nbformat.v4
    shown = new.new_output(
        "display_data",
        {"image/png": base64.b64encode(file_of(photograph)).decode(), "text/plain": "<Figure>"},
    )
    cell = new.new_code_cell("draw()", outputs=[shown])
    write_page(new.new_notebook(cells=[cell]), tmp_path / "a.html")
    text = (tmp_path / "a.html").read_text()
    assert text.count('src="data:image/webp;base64,') == 1
    assert "data:image/svg" not in text  # buttons that a page does not have
    assert '<style media="(prefers-color-scheme: dark)"' in text


def test_title_and_question_are_plain_text(tmp_path):
    cell = nbformat.v4.new_markdown_cell(
        "# 07 Two _words_\n\n**Question** is [this](a.md) `a_b`\nreally so?\n\n**Minutes** 3"
    )
    notebook = nbformat.v4.new_notebook(cells=[cell])
    assert title_and_question(notebook) == ("07 Two words", "Is this a_b really so?")


def test_links_between_notebooks_become_links_between_pages(tmp_path):
    cell = nbformat.v4.new_markdown_cell("[next](01_second.ipynb) [far](https://a.org/b.ipynb)")
    write_page(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "a.html")
    text = (tmp_path / "a.html").read_text()
    assert 'href="01_second.html"' in text and 'href="https://a.org/b.ipynb"' in text
