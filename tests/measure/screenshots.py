"""Pictures of the demo for the README and the reports.

`PYTHONPATH=tests python -m measure.screenshots`. Notebook 13 is served as visitors get it,
Chromium's camera plays the sample, and what the page shows is kept as WebP in reports/demo/ (or in
the folder that is named).
"""

import argparse
import shutil
import tempfile
from pathlib import Path

import cv2
import numpy as np
from support import browser
from support.browser import message, opened, visitor

from mer.core.errors import MerError
from mer.core.paths import checkout
from mer.video.reading import SAMPLE

NOTEBOOK = checkout() / "notebooks" / "13_video_demo.ipynb"
DESK = {"size": (1280, 1700)}  # high enough for all of the page: nothing moves for a picture
PHONE = {"size": (390, 844), "phone": True}
LIVE = 7000  # milliseconds before a camera, at least
QUALITY = 78


def desk(context, address):
    """A wide page: the camera in English, then the sample in both languages."""
    page = opened(context, "voila", address)
    yield from live(page, "desktop-camera", ".mer-demo")
    press(page, "Sample video")
    message(page, "s read")
    yield "desktop-sample", page.locator(".mer-demo")
    press(page, "한국어")
    yield "desktop-sample-korean", page.locator(".mer-demo")


def phone(context, address):
    """A phone in Korean, before the camera and after."""
    page = opened(context, "voila", address)
    press(page, "한국어")
    yield from live(page, "phone-camera-korean", None, "카메라", "중지", "실시간")
    press(page, "예제 동영상")
    message(page, "읽었습니다")
    yield "phone-sample-korean", page.locator(".mer-demo")


def lab(context, address):
    """The notebook in JupyterLab while the camera runs."""
    page = opened(context, "lab", address)
    page.get_by_role("button", name="No", exact=True).click()  # news of Jupyter
    page.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
    page.locator(".mer-demo").evaluate("demo => demo.scrollIntoView()")
    yield from live(page, "jupyterlab-camera", None)


def live(page, name, part, camera="Camera", stop="Stop", says="Live"):
    """The page, or its `part`, some seconds after the camera was turned on."""
    press(page, camera)
    message(page, says)
    page.wait_for_timeout(LIVE)
    page.wait_for_function("""() => !["neutral", "무표정", undefined].includes(
        document.querySelector(".mer-now .mer-word")?.textContent)""")
    print(f"{name}: {page.locator('.mer-message').text_content()}")
    yield name, page.locator(part) if part else page
    press(page, stop)


def shot(part):
    """A picture of a page, or of the whole of a part that is longer than the window."""
    page = getattr(part, "page", None)
    if page is None:
        return part.screenshot()
    window, height = page.viewport_size, round(part.bounding_box()["height"]) + 100
    if height > window["height"]:
        page.set_viewport_size({**window, "height": height})
        page.wait_for_timeout(600)
    return part.screenshot()


def press(page, name):
    """Press a button and let the page settle."""
    page.get_by_role("button", name=name).click()
    page.wait_for_timeout(600)


def keep(taken, path):
    """Write a screenshot as WebP."""
    picture = cv2.imdecode(np.frombuffer(taken, np.uint8), cv2.IMREAD_COLOR)
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    print(f"{path}: {picture.shape[1]} x {picture.shape[0]}, {path.stat().st_size // 1000} kB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path, nargs="?", default=checkout() / "reports" / "demo")
    out = parser.parse_args().out
    if browser.CHROMIUM is None:
        raise SystemExit("No chromium on the path. On Debian: apt-get install chromium")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        path = Path(shutil.copy(NOTEBOOK, folder))
        film = browser.film(folder / "sample.y4m", browser.frames(SAMPLE))
        with browser.browser(film) as started:
            for kind, story, look in (
                ("voila", desk, DESK),
                ("voila", phone, PHONE),
                ("lab", lab, {}),
            ):
                with (
                    browser.serving(kind, path, folder / "log") as address,
                    visitor(started, **look) as context,
                ):
                    for name, part in story(context, address):
                        keep(shot(part), out / f"{name}.webp")


if __name__ == "__main__":
    try:
        main()
    except MerError as error:
        raise SystemExit(str(error)) from error
