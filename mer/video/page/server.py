"""The demo as a web page: its notebook, served by Voilà to this machine only.

Each visitor gets a kernel, so nobody shares a state, and a kernel that nobody listens to any more
is ended. Code is hidden. Videos come in pieces (`mer.video.page.uploads`), so the server's own
limit for a message may stay as it is.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

from mer.core.errors import MerError

ADDRESS = "127.0.0.1"
PORT = 8866
SHARE = Path(__file__).with_name("share")  # where Jupyter finds the page's template
_IDLE = 600  # seconds after which a forgotten kernel ends


def options(notebook: Path, port: int, browser: bool) -> list[str]:
    """What Voilà is told; `environment` says where it finds the template."""
    return [
        str(notebook), f"--port={port}", f"--Voila.ip={ADDRESS}", "--template=mer",
        "--theme=light", "--strip_sources=True", "--show_tracebacks=False",
        "--Voila.log_level=ERROR", f"--MappingKernelManager.cull_idle_timeout={_IDLE}",
        "--MappingKernelManager.cull_interval=60", *([] if browser else ["--no-browser"]),
    ]  # fmt: skip


def environment() -> dict[str, str]:
    """The variable by which Jupyter looks into this package, too."""
    others = os.environ.get("JUPYTER_PATH")
    return {"JUPYTER_PATH": os.pathsep.join([str(SHARE), *([others] if others else [])])}


def serve(notebook: Path, port: int = PORT, browser: bool = True) -> None:
    """Serve the page until Ctrl-C. A missing notebook or a port in use is a `MerError`."""
    from voila.app import Voila

    if not notebook.is_file():
        raise MerError(f"{notebook}: missing. Restore it from the repository.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            raise MerError(f"port {port}: {error.strerror}. Choose another with --port.") from error
    print(f"The demo: http://{ADDRESS}:{port} (Ctrl-C ends it)")
    os.environ.update(environment())
    Voila.launch_instance(argv=options(notebook, port, browser))
