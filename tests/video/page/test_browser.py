"""The demo in a real browser, under JupyterLab and under Voilà, with a camera that plays a file.

Most pages run a scripted analyser, so they test the page; one runs notebook 13 as it is. One
server and one browser serve all tests of a kind; every test is a visitor of its own.
"""

import shutil
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from support import browser
from support.browser import SERVERS, message, needs_chromium, opened, visitor
from support.clips import WEBCAM, needs_clips

from mer.datasets import read_takes
from mer.video.reading import SAMPLE

pytestmark = [needs_chromium, pytest.mark.browser, pytest.mark.slow]
REPOSITORY = Path(__file__).resolve().parents[3]
CODE = """from support import scripted
from mer.video.page import Demo
Demo(scripted.engine()).layout.view"""
ROWS = ".mer-log tbody tr"
FASTEST = 15  # frames a second that must reach Python
PATIENCE = 12  # seconds within which they have to


def button(page, name):
    return page.get_by_role("button", name=name)


@pytest.fixture(scope="module", params=SERVERS)
def served(request, tmp_path_factory):
    """The scripted demo's kind of server and address."""
    folder = tmp_path_factory.mktemp(request.param)
    path = browser.notebook(folder / "demo.ipynb", CODE)
    with browser.serving(request.param, path, folder / "log") as address:
        yield request.param, address


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """A browser with a camera that shows the sample, over and over."""
    path = tmp_path_factory.mktemp("film") / "sample.y4m"
    with browser.browser(browser.film(path, browser.frames(SAMPLE))) as running:
        yield running


def fast_enough(page, others):
    """Wait until enough frames a second reach Python; a machine that others use is excused."""
    until = time.monotonic() + PATIENCE
    while (rate := browser.rate(page)) < FASTEST and time.monotonic() < until:
        page.wait_for_timeout(500)
    if rate < FASTEST and others.cores() > 0.2:
        pytest.skip(f"{rate:g} frames a second, but others keep {others.cores():.1f} cores busy")
    assert rate >= FASTEST


def test_a_live_log_from_a_camera(served, started):
    others = browser.Others()
    with visitor(started) as context:
        page = opened(context, *served)
        button(page, "Camera").click()
        message(page, "Live: 640 × 480")
        page.locator(ROWS).nth(2).wait_for()
        fast_enough(page, others)
        button(page, "Stop").click()
        message(page, "Stopped")
        rows = page.locator(ROWS).evaluate_all("rows => rows.map(row => row.dataset.emotion)")
        assert rows[::-1][:3] == ["happiness", "surprise", "disgust"]
        with page.expect_download() as download:
            page.get_by_text("(CSV)").click()
        log = download.value.path().read_text(encoding="utf-8-sig")
        assert len(log.splitlines()) == 1 + len(rows)
        button(page, "Clear").click()
        message(page, "forgotten")
        assert page.locator(ROWS).count() == 0


def test_100_megabytes_can_be_uploaded(served, started, tmp_path):
    video = tmp_path / "long.avi"
    writer = cv2.VideoWriter(str(video), cv2.VideoWriter_fourcc(*"MJPG"), 30, (64, 48))
    for value in range(60):
        writer.write(np.full((48, 64, 3), value, np.uint8))
    writer.release()
    with video.open("ab") as file:
        file.truncate(100 * 2**20)  # what follows the last frame is no part of the film
    with visitor(started) as context:
        page = opened(context, *served)
        page.locator(".mer-drop input").set_input_files(video)
        message(page, "long.avi: 2.0 s read, 60 frames")
        assert page.locator(ROWS).count() == 2


def test_what_cannot_be_read_is_told_and_the_page_goes_on(served, started, tmp_path):
    letter = tmp_path / "letter.mp4"
    letter.write_text("Dear reader, this is no video.")
    with visitor(started, allowed=False) as context:
        page = opened(context, *served)
        button(page, "Camera").click()
        message(page, "may not use the camera")
        page.locator(".mer-drop input").set_input_files(letter)
        message(page, "letter.mp4: not a video")
        page.evaluate("Object.defineProperty(File.prototype, 'size', {get: () => 6e8})")
        page.locator(".mer-drop input").set_input_files(letter)
        message(page, "letter.mp4 has 572 MB")
        button(page, "Sample video").click()
        message(page, "Sample video: 6.0 s read")


def test_a_camera_that_is_unplugged_is_told(served, started):
    with visitor(started) as context:
        page = opened(context, *served)
        button(page, "Camera").click()
        message(page, "Live")
        page.evaluate("""document.querySelector(".mer-video").srcObject.getTracks()[0]
                         .dispatchEvent(new Event("ended"))""")
        message(page, "The camera has gone")
        button(page, "Camera").click()
        message(page, "Live")


def test_a_copy_with_all_drawn_in_can_be_downloaded(served, started, tmp_path):
    chosen = tmp_path / "holiday.webm"
    shutil.copy(SAMPLE, chosen)
    with visitor(started) as context:
        page = opened(context, *served)
        copy = button(page, "Video with all of this drawn in")
        assert not copy.is_visible()
        page.locator(".mer-drop input").set_input_files(chosen)
        message(page, "holiday.webm: 6.0 s read")
        with page.expect_download() as download:
            copy.click()
        assert download.value.suggested_filename == "holiday-annotated.mkv"
        drawn = browser.frames(shutil.copy(download.value.path(), tmp_path / "copy.mkv"))
        assert len(drawn) == 180
        message(page, "is among your downloads")
        assert page.locator(ROWS).count() == 6


def test_nothing_comes_from_another_server_and_the_tab_has_a_name(served, started):
    kind, address = served
    if kind == "lab":
        pytest.skip("JupyterLab's page is its own")
    asked = []
    with visitor(started) as context:
        context.on("request", lambda request: asked.append(request.url))
        page = opened(context, kind, address)
        assert page.title() == "Micro-expressions"
        button(page, "한국어").click()
        page.wait_for_function("document.title === '미세표정'")
        button(page, "Sample video").or_(button(page, "예제 동영상")).click()
        message(page, "6.0초")
        refused = page.evaluate("""() => fetch("https://example.org/").then(
            () => "answered", () => "refused")""")
    others = {url.split("/")[2].split(":")[0] for url in asked if url.startswith("http")}
    assert others <= {"127.0.0.1", "example.org"} and refused == "refused"


def test_two_visitors_do_not_see_each_other(served, started):
    kind, address = served
    if kind == "lab":
        pytest.skip("JupyterLab has one user")
    with visitor(started) as context:
        one, other = (opened(context, kind, address) for _ in range(2))
        button(other, "Sample video").click()
        message(other, "Sample video: 6.0 s read")
        assert one.locator(ROWS).count() == 0
        one.bring_to_front()
        button(one, "Camera").click()
        message(one, "Live")
        one.locator(ROWS).first.wait_for()
        assert other.locator(ROWS).count() == 6
        assert "Sample video" in other.locator(".mer-message").text_content()


def test_a_phone_shows_everything_in_both_languages(served, started):
    kind, address = served
    if kind == "lab":
        pytest.skip("JupyterLab is no page for a phone")
    with visitor(started, size=(390, 844), phone=True) as context:
        page = opened(context, kind, address)
        label = page.locator(".mer-drop")
        assert "Choose a video" in label.text_content() and "drop" not in label.text_content()
        button(page, "Sample video").click()
        message(page, "Sample video: 6.0 s read")
        page.wait_for_function("document.querySelector('video').videoWidth")
        stage, below = page.locator(".mer-stage").bounding_box(), label.bounding_box()
        assert below["y"] >= stage["y"] + stage["height"] - 1, "not on the face"
        for language, heading in (("English", "What does"), ("한국어", "얼굴은")):
            button(page, language).click()
            page.get_by_role("heading", level=1, name=heading).wait_for()
            assert (
                page.evaluate("""[...document.querySelectorAll(".mer-demo *")]
                .filter(part => part.getBoundingClientRect().right > innerWidth + 1)
                .map(part => part.className || part.tagName)""")
                == []
            )


@pytest.mark.parametrize("kind", SERVERS)
def test_notebook_13_finds_live_what_is_true(kind, started, tmp_path):
    path = tmp_path / "13_video_demo.ipynb"
    shutil.copy(REPOSITORY / "notebooks" / path.name, path)
    with browser.serving(kind, path, tmp_path / "log") as address, visitor(started) as context:
        page = opened(context, kind, address)
        others = browser.Others()
        button(page, "Camera").click()
        message(page, "Live")
        page.wait_for_timeout(9000)
        fast_enough(page, others)
        button(page, "Stop").click()
        message(page, "Stopped")
        found = page.locator(ROWS).evaluate_all(
            "rows => rows.map(row => [row.dataset.emotion, +row.dataset.onset])"
        )
    take = read_takes(SAMPLE.parent)[0]
    true = [(event.emotion, event.seconds[0]) for event in take.of_kind("micro", "macro")]
    if not _fits(found, true) and others.cores() > 0.2:
        pytest.skip(f"others keep {others.cores():.1f} cores busy")
    assert _fits(found, true), (found, true)


@needs_clips
def test_a_real_face_before_the_camera(started, tmp_path):
    """A man raises his brows five times in eight seconds, over and over."""
    path = tmp_path / "13_video_demo.ipynb"
    shutil.copy(REPOSITORY / "notebooks" / path.name, path)
    film = browser.film(tmp_path / "real.y4m", browser.frames(WEBCAM)[275:475], fps=25)
    with (
        browser.another(started, film) as running,
        browser.serving("voila", path, tmp_path / "log") as address,
        visitor(running) as context,
    ):
        page = opened(context, "voila", address)
        others = browser.Others()
        button(page, "Camera").click()
        message(page, "Live: 400 × 300")
        page.wait_for_timeout(12_000)
        fast_enough(page, others)
        button(page, "Stop").click()
        message(page, "Stopped")
        found = page.locator(ROWS).evaluate_all("rows => rows.map(row => row.dataset.emotion)")
    if found.count("surprise") < 4 and others.cores() > 0.2:
        pytest.skip(f"others keep {others.cores():.1f} cores busy")
    assert found.count("surprise") >= 4 and len(found) < 12, found


def _fits(found, true, loop=6.0, slack=0.35):
    """Whether what was found (emotion, onset) is all that is true and nothing else, however far
    the film was when the camera opened."""

    def near(one, other, shift):
        apart = (one[1] + shift - other[1]) % loop
        return one[0] == other[0] and min(apart, loop - apart) < slack

    return any(
        all(any(near(event, fact, shift) for event in found) for fact in true)
        and all(any(near(event, fact, shift) for fact in true) for event in found)
        for shift in np.arange(0, loop, 0.05)
    )


def test_what_fits_is_all_that_is_true_and_nothing_else():
    true = [("disgust", 1.5), ("happiness", 4.4)]
    assert _fits([("happiness", 2.4), ("disgust", 5.5), ("happiness", 8.4)], true)
    assert not _fits([("happiness", 2.4)], true)
    assert not _fits([("happiness", 2.4), ("surprise", 5.5)], true)
    assert not _fits([("happiness", 2.4), ("disgust", 5.5), ("disgust", 3.5)], true)
