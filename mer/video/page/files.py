"""A visitor's videos: they come in pieces, are read in a thread, and go out as annotated copies.

A thread, so that the page goes on answering; it says meanwhile how far the work is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Protocol

from mer.video.page.copies import Copy
from mer.video.page.layout import Layout
from mer.video.page.session import Session, Stopped
from mer.video.page.uploads import Upload, megabytes

SAMPLE_NAME = "sample_name"  # the key of its name in the page's texts
_TICK = 0.2  # seconds between two words on how far a file is


class Page(Protocol):
    """What `Files` needs of the page around it."""

    session: Session
    layout: Layout
    said: str  # the key of the text that stands there

    def tell(self, key: str, kind: str = "calm", share: float | None = None, **facts) -> None: ...

    def draw(self) -> None: ...

    def fail(self, error: Exception) -> None: ...


class Files:
    """The videos of one visitor; `seen` whether one was read to its end, so that a copy of it can
    be had."""

    def __init__(self, page: Page):
        self._page = page
        self._upload: Upload | None = None
        self._copy: Copy | None = None
        self._read: tuple[Path | None, str] | None = None  # what was read: its path, its name
        self._task: asyncio.Task | None = None

    @property
    def seen(self) -> bool:
        return self._read is not None

    def forget(self) -> None:
        """Another video, or a camera, comes: the last one cannot be copied any more."""
        self._read = None

    def drop(self) -> None:
        """Delete what lies in temporary files; whatever draws or sends a copy has to end."""
        for file in (self._upload, self._copy):
            if file is not None:
                file.close()
        self._upload = self._copy = None

    # -- a video comes ------------------------------------------------------------------------

    def begin(self, name: str, size: int) -> None:
        """A video is about to come in pieces."""
        self._upload = Upload(name, size)
        self._ask()

    def add(self, start: int, piece: bytes) -> None:
        """A piece of it that begins at byte `start`."""
        if self._upload is not None:
            self._upload.add(start, piece)
            self._ask()

    def _ask(self) -> None:
        """Ask for the next piece, or read the file that is whole."""
        upload, page = self._upload, self._page
        page.tell(
            "uploading",
            "busy",
            upload.got / max(upload.size, 1),
            name=upload.name,
            done=megabytes(upload.got),
            whole=megabytes(upload.size),
        )
        if not upload.whole:
            page.layout.screen.send({"kind": "wanted", "from": upload.got})
            return
        self._upload = None
        if self.seen:  # it came again, for a copy
            self.start(self.draw(upload.path, upload.name, upload.close))
        else:
            page.layout.screen.send({"kind": "received"})
            self.start(self.watch(upload.path, upload.name, upload.close))

    # -- it is read ---------------------------------------------------------------------------

    def start(self, work: Coroutine) -> None:
        """Run a coroutine beside the messages; asyncio keeps no hold of it, so this does."""
        self._task = asyncio.get_running_loop().create_task(work)

    async def watch(self, path: Path, name: str, after: Callable = lambda: None) -> None:
        """Read a video in a thread and tell how far it is; `after()` is called at the end."""
        page = self._page

        async def read():
            await self._in_thread("reading", name, page.session.watch, path, _plain(path, name))
            self._read = (path if name == SAMPLE_NAME else None), name
            report = page.session.report
            page.draw()
            page.tell(
                "done", name=name, seconds=report.duration, frames=report.frames, rate=report.fps
            )

        await self._guarded(read, after)

    # -- a copy goes --------------------------------------------------------------------------

    def copy(self) -> None:
        """Draw a copy of the sample, or ask the browser for its video again: here is none left."""
        path, name = self._read
        if path is None:
            self._page.layout.screen.send({"kind": "again"})
        else:
            self.start(self.draw(path, name))

    async def draw(self, path: Path, name: str, after: Callable = lambda: None) -> None:
        """Draw a copy of the video in a thread, and offer it to the browser."""
        page = self._page
        self._copy = copy = Copy(_plain(path, name))

        async def drawn():
            await self._in_thread("drawing", name, page.session.draw, path, copy.path)
            if self._copy is not copy:
                raise Stopped
            page.tell("sending", "busy", name=copy.name)
            page.layout.screen.send({"kind": "copy", "name": copy.name, "size": copy.size})

        await self._guarded(drawn, after)
        if self._copy is not copy:
            copy.close()

    def send(self, start: int) -> None:
        """Send the piece of the copy from byte `start`; when all of it is there, forget it."""
        copy = self._copy
        if copy is None:
            return
        piece = copy.piece(start)
        self._page.layout.screen.send({"kind": "part", "from": start}, [piece])
        if start + len(piece) >= copy.size:
            self.drop()
            self._page.tell("copied", name=copy.name)

    # -- both ---------------------------------------------------------------------------------

    async def _guarded(self, work: Callable, after: Callable) -> None:
        try:
            await work()
        except Stopped:
            pass  # whoever stopped it has said so
        except Exception as error:
            self._page.fail(error)
        finally:
            after()

    async def _in_thread(self, key: str, name: str, work: Callable, *what) -> None:
        """Do `work(*what, tell)` in a thread; say meanwhile, with `key`, how far it is."""
        at, page = {}, self._page
        page.tell("loading", "busy")

        def tell(frames, whole):
            at.update(frames=frames, share=min(frames / whole, 1) if whole else None)

        thread = asyncio.create_task(asyncio.to_thread(work, *what, tell))
        while not (await asyncio.wait({thread}, timeout=_TICK))[0]:
            if at and page.said in ("loading", key):
                page.tell(key, "busy", name=name, **at)
        await thread


def _plain(path: Path, name: str) -> str:
    """A video's name in words that are no key of a text."""
    return path.name if name == SAMPLE_NAME else name
