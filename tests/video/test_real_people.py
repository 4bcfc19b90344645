"""What real people add: learned from all, measured on those left out, kept beside the networks."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from support.casme2_release import make_release

from mer import __main__ as cli
from mer.core.errors import BadData
from mer.datasets import open_source
from mer.learning import models
from mer.learning.discriminant import Discriminant
from mer.video import published_form, real_people, recogniser
from mer.video.classes import CLASSES, SIZE
from mer.video.recogniser import Recogniser
from mer.video.second_opinion import SecondOpinion

GROUPS = tuple(published_form.GROUPS)
FEATURES = 3 * 14 * 14


@pytest.fixture(scope="module")
def untrained():
    torch.manual_seed(0)
    return Recogniser((models.build("pooled", len(CLASSES), 3, SIZE).eval(),), card={"who": "none"})


def sure_of(place, classes=GROUPS):
    """An opinion that is sure of one class, whatever it sees."""
    offset = np.full(len(classes), -100.0)
    offset[place] = 100.0
    return SecondOpinion(classes, Discriminant(np.zeros((FEATURES, len(classes))), offset))


def test_neutral_is_the_networks_word_and_the_rest_half_theirs():
    said = np.array([[0.5, 0.1, 0.2, 0.1, 0.0, 0.1]])
    flows = np.zeros((1, SIZE, SIZE, 2), np.float32)
    found = sure_of(0).joined(said, CLASSES, flows)
    # Of what is no neutral, 0.4 was negative and is 0.7; disgust and repression share it evenly.
    assert found == pytest.approx(np.array([[0.5, 0.175, 0.1, 0.175, 0.0, 0.05]]), abs=1e-6)
    five = sure_of(3, CLASSES[1:]).joined(said, CLASSES, flows)
    assert five[0, 4] == pytest.approx(0.25, abs=1e-6) and five.sum() == pytest.approx(1)


def test_the_opinion_travels_with_the_weights(untrained, tmp_path):
    flows = np.random.default_rng(0).normal(0, 1, (3, SIZE, SIZE, 2)).astype(np.float32)
    made = replace(untrained, second=sure_of(1))
    made.save(tmp_path)
    again = Recogniser.load(tmp_path)
    assert again.second.classes == GROUPS
    assert again.predict_proba_of_flows(flows) == pytest.approx(made.predict_proba_of_flows(flows))
    assert (again.predict_proba_of_flows(flows) != untrained.predict_proba_of_flows(flows)).any()


def test_an_opinion_that_does_not_fit_its_classes(untrained, tmp_path):
    wrong = SecondOpinion(GROUPS[:2], sure_of(0).model)
    replace(untrained, second=wrong).save(tmp_path)
    with pytest.raises(BadData, match="weights and description do not fit.*mer recogniser"):
        Recogniser.load(tmp_path)


def test_published_flows_teach_and_nobody_is_on_both_sides(untrained, megc2019_root):
    found = real_people.lesson(untrained, open_source("megc2019", megc2019_root))
    assert len(found.inputs) == 12 and found.said.shape == (12, 3)
    measured, differences = real_people.gain(found, 50)
    assert [r.model for r in measured[::3]] == [published_form.MODEL, real_people.MODEL]
    assert {r.protocol for r in measured} == {"loso"}
    gained = measured[4].value - measured[1].value
    assert differences[1].metric == "uf1_difference"
    assert differences[1].value == pytest.approx(gained)


def test_people_who_are_left_out_are_read_from_the_others(motions):
    said = np.full((len(motions), 2), 0.5)
    seen = real_people.gain(real_people.Lesson(motions, said), 50)[0]
    assert seen[3].value > 0.9  # mouth corners, read on people who were left out


def test_one_person_is_not_enough(motions):
    alone = motions.take(motions.subjects == "s0")
    with pytest.raises(BadData, match="subject"):
        real_people.gain(real_people.Lesson(alone, np.full((len(alone), 2), 0.5)))


def test_a_licensed_release_teaches_five_emotions(untrained, tmp_path):
    make_release(tmp_path, traps=(), size=(140, 170))
    made, told = real_people.taught(untrained, open_source("casme2", tmp_path))
    assert made.second.classes == CLASSES[1:] and made.networks == untrained.networks
    assert "20 sequences of 4 people of casme2, each left out in turn" in told
    assert "UF1: " in told and "licence" in made.card["with"] and made.card["who"] == "none"


def _run(capsys, *arguments):
    code = cli.main(["recogniser", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("option", ["--with", "--source"])
def test_the_command(option, capsys, tmp_path, megc2019_root, monkeypatch, untrained):
    monkeypatch.setenv("MER_MEGC2019", str(megc2019_root))
    monkeypatch.setattr(Recogniser, "load", lambda: untrained)
    code, out, _ = _run(capsys, option, "megc2019", "--out", tmp_path / "own")
    assert code == 0 and "12 sequences of 6 people of megc2019" in out
    assert (tmp_path / "own" / recogniser.NAME).is_file()


@pytest.mark.parametrize("source", ["megc2019", "casme2"])
def test_a_source_that_is_not_there(source, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv(f"MER_{source.upper()}", str(tmp_path / "nowhere"))
    code, _, err = _run(capsys, "--with", source, "--out", tmp_path / "own")
    assert code == 1 and f"{source}: no folder" in err and f"MER_{source.upper()}" in err
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize("more", [[], ["--out", "own", "--check", "takes"]])
def test_weights_of_licensed_people_never_replace_those_of_mer(more, capsys):
    with pytest.raises(SystemExit):
        cli.main(["recogniser", "--with", "megc2019", *more])
    assert "--with goes with --out" in capsys.readouterr().err


def test_the_card_says_what_real_faces_say(untrained, megc2019_root, monkeypatch):
    monkeypatch.setenv("MER_MEGC2019", str(megc2019_root))
    said = real_people.score(untrained)
    assert "UF1" in said and "ECE" in said and "n = 12 of 6 people" in said
    assert "negative = disgust + repression + sadness" in said
