"""The web page's command: this machine only, code hidden, and plain words when it cannot serve."""

import socket

import pytest

from mer.__main__ import main
from mer.video.page import server


def test_it_serves_this_machine_only_without_code():
    options = server.options(8866, browser=False)
    assert options[0].endswith("11_video_demo.ipynb")
    assert {"--Voila.ip=127.0.0.1", "--port=8866", "--strip_sources=True", "--no-browser"} <= set(
        options
    )
    assert "--no-browser" not in server.options(8866, browser=True)


def test_a_port_in_use_is_named(capsys):
    with socket.socket() as other:
        other.bind((server.ADDRESS, 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["app", "--port", str(port), "--no-browser"]) == 1
    assert f"port {port}" in capsys.readouterr().err


def test_a_missing_notebook_is_named(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(server, "NOTEBOOK", tmp_path / "none.ipynb")
    assert main(["app", "--no-browser"]) == 1
    assert "none.ipynb: missing" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["-1", "70000", "x"])
def test_an_impossible_port_is_refused(port, capsys):
    with pytest.raises(SystemExit):
        main(["app", "--port", port])
    assert "port" in capsys.readouterr().err
