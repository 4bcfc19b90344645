"""Servers and browsers for the tests of the demo's page."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import cv2
import nbformat
import psutil
import pytest

TESTS = Path(__file__).resolve().parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SERVERS = ("lab", "voila")
_QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
)
_WAIT = 240  # seconds for a page on a busy machine

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium on the path (Debian: apt-get install chromium)"
)


def notebook(path, code):
    """A notebook at `path` with one cell."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(made, path)
    return path


@contextlib.contextmanager
def serving(kind, path, log):
    """The address of the notebook `path` under JupyterLab ("lab") or Voilà ("voila")."""
    port, extra = _free_port(), {}
    base = f"http://127.0.0.1:{port}"
    if kind == "lab":
        command = [
            "jupyterlab",
            "--no-browser",
            "--allow-root",
            "--expose-app-in-browser",
            "--IdentityProvider.token=",
            f"--ServerApp.port={port}",
            f"--ServerApp.root_dir={path.parent}",
            "--ServerApp.port_retries=0",
        ]
        address = f"{base}/lab/tree/{path.name}?reset"
    else:
        from mer.video.page import server

        command, extra = ["voila", *server.options(path, port, browser=False)], server.environment()
        address = f"{base}/"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(TESTS.parent), str(TESTS)]),
        "JUPYTER_CONFIG_DIR": str(path.parent / "config"),
        "JUPYTER_RUNTIME_DIR": str(path.parent / "runtime"),
        **extra,
    }
    with open(log, "wb") as heard:
        serving = subprocess.Popen(
            [sys.executable, "-m", *command], env=environment, stdout=heard, stderr=heard
        )
        try:
            _answers(base + ("/api" if kind == "lab" else "/voila/static/voila.js"), serving)
            yield address
        finally:
            serving.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                serving.wait(10)
            serving.kill()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answers(url, server):
    until = time.monotonic() + _WAIT
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=5)
            return
        time.sleep(0.3)
    raise RuntimeError(f"{url} does not answer")


@contextlib.contextmanager
def browser(camera):
    """Chromium, whose camera plays the file `camera`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play, _launched(play.chromium, camera) as started:
        yield started


def another(started, camera):
    """Chromium beside one that runs already (playwright is started once), with another camera."""
    return _launched(started.browser_type, camera)


@contextlib.contextmanager
def _launched(chromium, camera):
    started = chromium.launch(
        executable_path=CHROMIUM,
        headless=True,
        args=[*_QUIET, f"--use-file-for-fake-video-capture={camera}"],
    )
    try:
        yield started
    finally:
        started.close()


@contextlib.contextmanager
def visitor(started, allowed=True, size=(1280, 900), phone=False):
    """Somebody with a profile of their own; `allowed` False: they refuse the camera."""
    context = started.new_context(
        viewport={"width": size[0], "height": size[1]},
        is_mobile=phone,
        has_touch=phone,
        locale="en-GB",
        accept_downloads=True,
        permissions=["camera"] if allowed else [],
    )
    context.set_default_timeout(_WAIT * 1000)
    try:
        yield context
    finally:
        context.close()


def opened(context, kind, address, shows=(".mer-screen", ".mer-message")):
    """A page of `context` whose notebook ran and shows these elements: those of the demo."""
    page = context.new_page()
    page.goto(address)
    if kind == "lab":
        page.wait_for_function("""() => {
            const session = window.jupyterapp?.shell?.currentWidget?.context?.sessionContext;
            return session?.isReady && session.session?.kernel?.status === "idle"; }""")
        page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    for element in shows:
        page.locator(element).wait_for()
    return page


def message(page, text):
    """Wait until the page says `text`."""
    page.locator(".mer-message", has_text=text).wait_for()


def rate(page):
    """Frames a second that reach Python, as the page says while the camera runs."""
    return float(page.locator(".mer-message").text_content().split()[-3])


class Others:
    """How many cores others keep busy from now on: processes that are not of this test."""

    def __init__(self):
        self._begun = self._now()

    def cores(self):
        """Their mean since the beginning, what a host takes away included."""
        spent = [now - then for now, then in zip(self._now(), self._begun)]
        return max(spent[0] - spent[1], 0.0) / max(spent[2], 1e-3)

    @staticmethod
    def _now():
        """Seconds of CPU that all have spent, that this test has, and seconds on the clock."""
        own = 0.0
        for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                own += sum(process.cpu_times()[:2])
        every = psutil.cpu_times()
        return sum(every) - every.idle - getattr(every, "iowait", 0.0), own, time.monotonic()


def film(path, frames, fps=30):
    """Frames (H, W, 3) uint8, blue-green-red, as a .y4m file, which Chromium plays as a camera at
    its own rate."""
    height, width = frames[0].shape[:2]
    with open(path, "wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{fps}:1 Ip A1:1 C420jpeg\n".encode())
        for frame in frames:
            file.write(b"FRAME\n" + cv2.cvtColor(frame, cv2.COLOR_BGR2YUV_I420).tobytes())
    return path


def frames(path):
    """All frames of a video."""
    capture, found = cv2.VideoCapture(str(path)), []
    while (read := capture.read())[0]:
        found.append(read[1])
    return found
