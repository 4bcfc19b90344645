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
import numpy as np
import pytest

HERE = Path(__file__).resolve().parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SERVERS = ("lab", "voila")
_QUIET = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
          "--disable-background-networking", "--disable-component-update", "--disable-sync",
          "--use-fake-device-for-media-stream")
_WAIT = 120  # seconds for a page on a busy machine

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium on the path (Debian: apt-get install chromium)")


def notebook(path, code):
    """A notebook at `path` with one cell."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(made, path)
    return path


@contextlib.contextmanager
def serving(kind, path, log):
    """The address of the notebook `path` under JupyterLab ("lab") or Voilà ("voila")."""
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    if kind == "lab":
        command = ["jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser",
                   "--IdentityProvider.token=", f"--ServerApp.port={port}",
                   f"--ServerApp.root_dir={path.parent}", "--ServerApp.port_retries=0"]
        address = f"{base}/lab/tree/{path.name}?reset"
    else:
        from mer import app

        command = ["voila", str(path), *app.options(port, browser=False)[1:]]
        address = f"{base}/"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)]),
                   "JUPYTER_CONFIG_DIR": str(path.parent / "config"),
                   "JUPYTER_RUNTIME_DIR": str(path.parent / "runtime")}
    with open(log, "wb") as heard:
        server = subprocess.Popen([sys.executable, "-m", *command], env=environment,
                                  stdout=heard, stderr=heard)
        try:
            _answers(base + ("/api" if kind == "lab" else "/voila/static/voila.js"), server)
            yield address
        finally:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(10)
            server.kill()


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
def browser(folder, camera=None, allowed=True, size=(1280, 900), phone=False):
    """A browser context whose camera plays the file `camera` (None: Chromium's own pattern);
    `allowed` False: the visitor refuses it."""
    from playwright.sync_api import sync_playwright

    arguments = [*_QUIET, *(["--use-fake-ui-for-media-stream"] if allowed else [])]
    if camera is not None:
        arguments.append(f"--use-file-for-fake-video-capture={camera}")
    with sync_playwright() as play:
        context = play.chromium.launch_persistent_context(
            folder, executable_path=CHROMIUM, args=arguments, headless=True, is_mobile=phone,
            has_touch=phone, device_scale_factor=1, accept_downloads=True,
            viewport={"width": size[0], "height": size[1]}, locale="en-GB")
        context.set_default_timeout(_WAIT * 1000)
        try:
            yield context
        finally:
            context.close()


def opened(context, kind, address):
    """A page of `context` on which the demo is there and answers."""
    page = context.new_page()
    page.goto(address)
    if kind == "lab":
        page.wait_for_function("""() => {
            const session = window.jupyterapp?.shell?.currentWidget?.context?.sessionContext;
            return session?.isReady && session.session?.kernel?.status === "idle"; }""")
        page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    page.locator(".mer-screen").wait_for()
    page.locator(".mer-message").wait_for()
    return page


def message(page, text):
    """Wait until the page says `text`."""
    page.locator(".mer-message", has_text=text).wait_for()


def film(path, frames, fps=30):
    """Frames (H, W, 3) uint8, blue-green-red, as a .y4m file, which Chromium plays as a camera at
    its own rate."""
    height, width = frames[0].shape[:2]
    with open(path, "wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{fps}:1 Ip A1:1 C420jpeg\n".encode())
        for frame in frames:
            file.write(b"FRAME\n" + cv2.cvtColor(frame, cv2.COLOR_BGR2YUV_I420).tobytes())
    return path


def noise(seconds, fps=30, size=(480, 640)):
    """Frames with a sensor's noise: what a camera gives compresses badly."""
    random = np.random.default_rng(0)
    base = random.integers(60, 200, (*size, 3), np.uint8)
    bank = random.integers(-12, 12, (8, *size, 3), np.int16)
    return [np.clip(base + bank[i % 8], 0, 255).astype(np.uint8)
            for i in range(int(seconds * fps))]
