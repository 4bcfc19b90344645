"""What the demo's page is made of: the screen, buttons and panels, and where each stands."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as ipw

from mer.video.page import panels
from mer.video.page.screen import Screen
from mer.video.page.translations import LANGUAGES, say
from mer.video.page.uploads import UPLOAD_LIMIT, megabytes

_ICONS = {"sample": "🎬", "camera": "📷", "stop": "⏹", "clear": "🗑", "copy": "⬇"}
_CONTROLS = ("sample", "camera", "stop", "clear")
_PANELS = ("title", "message", "now", "motion", "statistics", "log", "moments", "downloads", "know")


class Layout:
    """The page's widgets; display its `view`.

    hear      is called with (message, buffers) that the browser sends
    worth     how well real people were read, see `Engine`
    screen    the visitor's camera, or the video that is read
    tongue    the choice of the language
    buttons   by name; `panels` likewise, each with its HTML in `value`
    """

    def __init__(self, hear: Callable, worth: str = ""):
        self._worth = worth
        self.screen = Screen(hear)
        self.tongue = ipw.ToggleButtons(options=LANGUAGES, value="en")
        self.buttons = {key: ipw.Button() for key in _ICONS}
        self.panels = {key: ipw.HTML() for key in _PANELS}
        html = self.panels
        rows = {
            "mer-head": (html["title"], self.tongue),
            "mer-controls": tuple(self.buttons[key] for key in _CONTROLS),
            "mer-says": (html["message"],),
            "mer-stack mer-top": (
                self.screen,
                ipw.Box((html["now"], html["motion"]), _dom_classes=["mer-side"]),
            ),
            "mer-stack mer-bottom": (html["statistics"], html["log"]),
            "mer-stack": (
                html["moments"],
                ipw.Box((html["downloads"], self.buttons["copy"]), _dom_classes=["mer-take"]),
                html["know"],
            ),
        }
        self.view = ipw.Box(
            [
                ipw.HTML(panels.STYLE),
                *(ipw.Box(row, _dom_classes=names.split()) for names, row in rows.items()),
            ],
            layout={"display": "block"},
            _dom_classes=["mer-demo"],
        )

    def translate(self, language: str) -> None:
        """Everything that says the same whatever was found, in `language`."""
        for key, button in self.buttons.items():
            button.description = f"{_ICONS[key]} {say(language, key)}"
            button.tooltip = say(language, f"{key}_hint")
        self.screen.words = {
            key: say(language, key, limit=megabytes(UPLOAD_LIMIT))
            for key in ("choose", "choose_touch", "another", "tab")
        }
        self.panels["title"].value = panels.title(language)
        self.panels["know"].value = panels.know(language, self._worth)

    def allow(self, busy: bool) -> None:
        """Which buttons can be pressed while something is read, and while nothing is."""
        for key in ("sample", "camera", "copy"):
            self.buttons[key].disabled = busy
        for key in ("sample", "camera"):
            self.buttons[key].button_style = "primary"
        self.buttons["stop"].disabled = not busy

    def offer_copy(self, there: bool) -> None:
        """Whether a copy of the video can be had: show its button, or hide it."""
        self.buttons["copy"].layout.display = None if there else "none"
