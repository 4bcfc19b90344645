"""The part of the demo that runs in the browser: screen.js, as a widget."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

from mer.video.page.uploads import UPLOAD_LIMIT


class Screen(anywidget.AnyWidget):
    """The visitor's camera, or the video that is read (screen.js). `on` turns the camera on;
    `hear(message, buffers)` gets what the browser says."""

    _esm = Path(__file__).with_name("screen.js")
    on = traitlets.Bool(False).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    limit = traitlets.Int(UPLOAD_LIMIT).tag(sync=True)

    def __init__(self, hear):
        super().__init__()
        self.on_msg(lambda _, message, buffers: hear(message, buffers))
