"""The demo's page: its widgets (`mer.video.page.layout`) over a `Session`.

Frames of a camera arrive as messages, between cells; video files are `mer.video.page.files`' to
read. Everything that goes wrong becomes a line on the page.
"""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

from IPython.display import HTML

from mer.core.errors import MerError
from mer.core.style import emoji
from mer.video.classes import NEUTRAL
from mer.video.page import panels
from mer.video.page.files import SAMPLE_NAME, Files
from mer.video.page.layout import Layout
from mer.video.page.session import Engine, Session, engine
from mer.video.page.translations import TEXTS, note, say
from mer.video.page.uploads import UPLOAD_LIMIT, megabytes
from mer.video.reading import SAMPLE

_TICK = 0.2  # seconds between two drawings of what changes with every frame


def show(recogniser, batch: bool = False, sample: Path = SAMPLE):
    """The demo with a `mer.video.Recogniser`, ready for display.

    A batch run has no visitor: there the sample is read, and what was found is shown without
    controls.
    """
    reads = engine(recogniser)
    if not batch:
        return Demo(reads, sample).layout.view
    session = Session(reads)
    session.watch(sample)
    return HTML(panels.page(session.report, "en", reads.worth))


class Demo:
    """One visitor's page; display its `layout.view`. `session` holds what was found.

    What was found is drawn before it is said: whoever reads that all is forgotten sees no more.
    """

    def __init__(self, reads: Engine, sample: Path = SAMPLE):
        self.session = Session(reads)
        self.sample = Path(sample)
        self.language = "en"
        self._said = ("ready", {}, "calm", None)
        self._drawn = self._shown = None
        self.files = Files(self)
        self.layout = Layout(self.hear, reads.worth)
        self.layout.tongue.observe(self._turn_language, "value")
        for key, button in self.layout.buttons.items():
            button.on_click(partial(self._press, key))
        self._translate()

    def _press(self, key: str, _button) -> None:
        self._guard(getattr(self, f"press_{key}"))

    # -- the page ----------------------------------------------------------------------------

    def _turn_language(self, change) -> None:
        self.language = change["new"]
        self._translate()

    def _translate(self) -> None:
        self.layout.translate(self.language)
        self._draw_message()
        self.draw()

    def tell(self, key: str, kind: str = "calm", share: float | None = None, **facts) -> None:
        """Say the text `key` in the visitor's language; "calm", "busy" or "bad"."""
        self._said = key, facts, kind, share
        self._draw_message()

    @property
    def said(self) -> str:
        """The key of the text that stands there."""
        return self._said[0]

    def _draw_message(self) -> None:
        key, facts, kind, share = self._said
        told = say(self.language, key, **{name: self._turned(fact) for name, fact in facts.items()})
        self.layout.panels["message"].value = panels.message(told, kind, share)
        self.layout.allow(kind == "busy")

    def _turned(self, fact):
        """A fact in the visitor's language: the sample's name, or what is wrong with a file."""
        if fact == SAMPLE_NAME:
            return say(self.language, fact)
        return note(self.language, fact) if isinstance(fact, str) else fact

    def draw(self) -> None:
        """Everything that was found."""
        report, language = self.session.report, self.language
        self.layout.panels["now"].value = panels.now(self.session.state, report.events, language)
        self.layout.panels["motion"].value = panels.motion(report.events, language)
        for key in ("statistics", "log", "moments", "downloads"):
            self.layout.panels[key].value = getattr(panels, key)(report, language)
        self.layout.offer_copy(self.files.seen)

    def _draw_live(self) -> None:
        """What changes with every frame, a few times a second; the log when there is news."""
        tick = time.monotonic()
        if self._drawn is not None and tick - self._drawn < _TICK:
            return
        self._drawn, session = tick, self.session
        report, camera = session.report, session.camera
        self.tell(
            "live",
            "busy",
            width=camera.width,
            height=camera.height,
            read=camera.read,
            missed=camera.missed,
            rate=camera.rate,
        )
        if len(report.events) != self._shown:
            self._shown = len(report.events)
            self.draw()
            return
        self.layout.panels["now"].value = panels.now(session.state, report.events, self.language)
        self.layout.panels["statistics"].value = panels.statistics(report, self.language)

    # -- buttons -----------------------------------------------------------------------------

    def press_sample(self) -> None:
        self._begin_anew()
        self.layout.screen.send({"kind": "play", "type": "video/webm"}, [self.sample.read_bytes()])
        self.files.start(self.files.watch(self.sample, SAMPLE_NAME))

    def press_camera(self) -> None:
        self._quit()
        self.files.forget()
        self.tell("opening", "busy")
        self.layout.screen.on = True

    def press_stop(self) -> None:
        self._quit()
        self.session.stop()
        self.draw()
        self.tell("stopped")

    def press_clear(self) -> None:
        self._begin_anew()
        self.layout.screen.send({"kind": "blank"})
        self.tell("cleared")

    def press_copy(self) -> None:
        self.files.copy()

    def _begin_anew(self) -> None:
        """What was found is forgotten."""
        self._quit()
        self.files.forget()
        self.session.clear()
        self.draw()

    def _quit(self) -> None:
        """Whatever runs has to end."""
        self.layout.screen.on = False
        self._drawn = self._shown = None
        self.files.drop()

    # -- what the browser says ---------------------------------------------------------------

    def hear(self, message: dict, buffers) -> None:
        """A message of the screen, of the kind that it names; an unknown kind says nothing."""
        hears = getattr(self, f"_on_{message.get('kind')}", None)
        if hears is not None:
            self._guard(lambda: hears(message, buffers))

    def _guard(self, action) -> None:
        """An error ends what runs and becomes a line on the page; the page goes on."""
        try:
            action()
        except Exception as error:
            self.fail(error)

    def fail(self, error: Exception) -> None:
        self._quit()
        try:
            self.session.stop()
        except Exception:
            self.session.clear()  # what failed may fail again while it is closed
        self.draw()
        if isinstance(error, MerError):
            self.tell("bad_video", "bad", problem=str(error))
        else:
            self.tell("broken", "bad", problem=f"{type(error).__name__}: {error}")

    def _on_camera(self, message, buffers) -> None:
        self.tell("loading", "busy")
        self.session.start(message["width"], message["height"])
        self.draw()

    def _on_frame(self, message, buffers) -> None:
        state = None
        if self.layout.screen.on:
            try:
                state = self.session.frame(buffers[0], message["time"], message["presented"])
                self._draw_live()
            except Exception as error:
                self.fail(error)
        self.layout.screen.send(
            {"kind": "answer", "visit": message["visit"], **self._answer(state)}
        )

    def _answer(self, state) -> dict:
        """What the screen draws over the face: its box in shares of the picture's width."""
        if state is None or state.face is None or not self.session.camera.width:
            return {"box": None, "word": "", "colour": ""}
        face, width = state.face, self.session.camera.width
        word = f"{emoji(state.emotion)} {say(self.language, state.emotion)}"
        return {
            "box": [face.x / width, face.y / width, face.side / width],
            "word": word,
            "colour": "white" if state.emotion == NEUTRAL else panels.colour(state.emotion),
        }

    def _on_failed(self, message, buffers) -> None:
        reason = message["reason"]
        self._quit()
        self.session.stop()
        known = reason in TEXTS["en"]
        self.draw()
        self.tell(reason if known else "no_camera", "bad", **({} if known else {"reason": reason}))

    def _on_refused(self, message, buffers) -> None:
        self.tell(
            "too_large",
            "bad",
            name=message["name"],
            size=megabytes(message["size"]),
            limit=megabytes(UPLOAD_LIMIT),
        )

    def _on_unreadable(self, message, buffers) -> None:
        self.files.drop()
        self.tell("unreadable", "bad", name=message["name"])

    def _on_begin(self, message, buffers) -> None:
        if not message.get("again"):
            self._begin_anew()
        self.files.begin(message["name"], message["size"])

    def _on_piece(self, message, buffers) -> None:
        self.files.add(message["from"], buffers[0])

    def _on_more(self, message, buffers) -> None:
        self.files.send(message["from"])
