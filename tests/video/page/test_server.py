"""The web page's command: this machine only, code hidden, and plain words when it cannot serve."""

import socket
from pathlib import Path

import pytest

from mer.__main__ import main
from mer.core.errors import MerError
from mer.video.page import server

NOTEBOOK = Path("notebooks/some.ipynb")


def test_it_serves_this_machine_only_without_code():
    options = server.options(NOTEBOOK, 8866, browser=False)
    assert options[0] == str(NOTEBOOK)
    assert {"--Voila.ip=127.0.0.1", "--port=8866", "--strip_sources=True", "--no-browser"} <= set(
        options
    )
    assert "--no-browser" not in server.options(NOTEBOOK, 8866, browser=True)


def test_a_port_in_use_is_named(capsys):
    with socket.socket() as other:
        other.bind((server.ADDRESS, 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["app", "--port", str(port), "--no-browser"]) == 1
    assert f"port {port}" in capsys.readouterr().err


def test_a_missing_notebook_is_named(tmp_path):
    with pytest.raises(MerError, match="none.ipynb: missing"):
        server.serve(tmp_path / "none.ipynb")


def test_the_command_serves_the_notebook_of_the_demo(monkeypatch):
    served = []
    monkeypatch.setattr(server, "serve", lambda *options: served.append(options))
    assert main(["app", "--port", "9000"]) == 0
    ((notebook, port, browser),) = served
    assert notebook.name == "13_video_demo.ipynb" and notebook.is_file()
    assert (port, browser) == (9000, True)


@pytest.mark.parametrize("port", ["-1", "70000", "x"])
def test_an_impossible_port_is_refused(port, capsys):
    with pytest.raises(SystemExit):
        main(["app", "--port", port])
    assert "port" in capsys.readouterr().err
