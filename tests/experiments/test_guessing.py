"""A reader's answers are scored as a network's are."""

import io
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from support.factories import CLASSES, TRUTH, table

from mer.core.errors import BadData
from mer.experiments import guessing

NETWORK = table((TRUTH + 1) % 3, "flow")
FACES = [
    (np.full((8, 8, 3), 10 * i, np.uint8), np.full((8, 8, 3), 200, np.uint8)) for i in range(3)
]


def truth_of(chosen):
    known = NETWORK.set_index(["subject", "name"]).emotion
    return [known[one] for one in chosen]


def test_each_emotion_is_drawn_as_often_as_can_be_and_no_score_matters():
    chosen = guessing.draw(NETWORK, seed=1, count=12)
    assert len(set(chosen)) == 12
    assert pd.Series(truth_of(chosen)).value_counts().to_dict() == dict.fromkeys(CLASSES, 4)
    assert chosen == guessing.draw(table(TRUTH, "better"), seed=1, count=12)
    assert chosen != guessing.draw(NETWORK, seed=2, count=12)
    assert len(guessing.draw(NETWORK, count=99)) == len(TRUTH)


def test_emotions_do_not_come_in_their_order():
    said = truth_of(guessing.draw(NETWORK, count=12))
    assert said != sorted(said) and said[:3] * 4 != said


def test_answers_are_compared_in_the_direction_in_which_they_differ():
    chosen = guessing.draw(NETWORK, count=12)
    right = truth_of(chosen)
    told = guessing.results([NETWORK], chosen, 100, right).splitlines()
    assert told[0] == "reader: UAR 1.00 [1.00, 1.00], n = 12"
    assert told[1].startswith("flow: UAR 0.00") and told[1].endswith("n = 12")
    assert told[2].startswith("UAR: reader is better than flow, difference +1.00")
    wrong = [CLASSES[(CLASSES.index(one) + 1) % 3] for one in right]
    better = table(TRUTH, "flow")
    told = guessing.results([better], chosen, 100, wrong).splitlines()
    assert told[2].startswith("UAR: flow is better than reader, difference +1.00")
    assert "cannot be told apart" in guessing.results([better], chosen, 100, right)


def test_without_a_reader_only_the_networks_are_scored():
    chosen = guessing.draw(NETWORK, count=6)
    assert guessing.results([NETWORK, NETWORK], chosen, 50).count("\n") == 1


@pytest.mark.parametrize("said", [["disgust"], ["disgust", "joy"]])
def test_too_few_answers_and_unknown_ones_are_named(said):
    with pytest.raises(BadData, match="Answer each with one of disgust, happiness, surprise"):
        guessing.answered(NETWORK, guessing.draw(NETWORK, count=2), said)


def test_strangers_are_found_by_their_names():
    sequences = [SimpleNamespace(subject=s, name=n) for s, n in (("ann", "1"), ("ben", "1"))]
    exam = SimpleNamespace(sequences=sequences, crops=lambda row: FACES[row])
    assert guessing.crops(None, exam, [("ben", "1")])[0] is FACES[1]


def test_a_clip_shows_onset_and_apex_in_turn():
    film = Image.open(io.BytesIO(guessing.clip(FACES[0])))
    assert film.n_frames == 2
    assert np.asarray(film.convert("RGB")).max() == 0
    film.seek(1)
    assert np.asarray(film.convert("RGB")).min() == 200


def test_the_sheet_keeps_the_emotions_to_itself():
    figure = guessing.sheet(FACES)
    words = {text.get_text() for axis in figure.axes for text in (axis.title, axis.yaxis.label)}
    assert words == {"pair 1", "pair 2", "pair 3", "onset", "apex", ""}


def test_the_game_asks_every_pair_once_and_then_tells():
    given = []
    widget = guessing.game(FACES, CLASSES, lambda said: given.extend(said) or "done\nso")
    text, picture, buttons = widget.children
    first = picture.value
    for number in (0, 2, 1):
        assert "done" not in text.value
        buttons.children[number].click()
    assert given == ["disgust", "surprise", "happiness"] and text.value == "done<br>so"
    assert picture.value != first and all(one.disabled for one in buttons.children)
