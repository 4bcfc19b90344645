"""`mer recogniser` from end to end: people are rendered, learned from and kept."""

from functools import partial

import pytest
from safetensors.numpy import load_file

from mer import __main__ as cli
from mer.people import roles, takes
from mer.video import recogniser, recogniser_data, recogniser_strangers, recogniser_training
from mer.video.classes import CLASSES


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Short takes, one stranger with five expressions, and three steps of training."""
    monkeypatch.setenv("MER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("MER_MEGC2019", str(tmp_path / "nowhere"))
    monkeypatch.setattr(recogniser_data, "SECONDS", 12)
    monkeypatch.setattr(recogniser_strangers, "PAIRS", 5)
    for module, name, less in (
        (recogniser_strangers, "strangers", {"people": 1}),
        (recogniser_training, "train", {"seeds": (0,), "steps": 3}),
    ):
        monkeypatch.setattr(module, name, partial(getattr(module, name), **less))


@pytest.mark.slow(60)
def test_from_people_to_weights(small, tmp_path, capsys, monkeypatch):
    command = ["recogniser", "--people", "5", "--out"]
    assert cli.main([*command, str(tmp_path / "first")]) == 0
    said = capsys.readouterr().out
    assert "On people it was not trained on:" in said and "1 people" in said, said
    made = recogniser.Recogniser.load(tmp_path / "first")
    assert made.classes == CLASSES and made.temperature > 0
    assert "of 4 synthetic people" in made.card["trained on"]
    assert made.card["calibrated on"].startswith("5 micro-expressions of 1 other")
    assert made.card["real faces"].startswith("not measured")

    # What was rendered is kept: nobody is rendered again, and the same weights come out.
    for module in (roles, takes):
        monkeypatch.setattr(module, "frames", lambda *_: 1 / 0)
    monkeypatch.setattr(recogniser_data.takes, "sitter", lambda *_: 1 / 0)
    assert cli.main([*command, str(tmp_path / "second")]) == 0
    again = recogniser.Recogniser.load(tmp_path / "second")
    assert (again.card, again.temperature) == (made.card, made.temperature)
    first, second = (
        load_file(tmp_path / name / recogniser.NAME).values() for name in ("first", "second")
    )
    assert all((one == other).all() for one, other in zip(first, second, strict=True))
