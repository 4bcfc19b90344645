"""Heads that move: what takes the motion out, and how the rest is judged."""

import numpy as np
import pandas as pd
import pytest

from mer.experiments import examination, moving_head_figures, moving_heads
from mer.preprocessing import flow, head_motion
from mer.preprocessing.pairs import SIZE

CLASSES = ("disgust", "happiness", "repression", "sadness", "surprise")


def rigid(*coefficients):
    """A flow of a head that moves as these coefficients (4, 2) of the shapes say, in pixels."""
    field = head_motion.shapes(SIZE) @ np.array(coefficients, float)
    return field.reshape(SIZE, SIZE, 2).astype(np.float32)


SHIFT = rigid((2, -1), (0, 0), (0, 0), (0, 0))
FLAT = rigid((2, -1), (0.5, 0.1), (-0.3, 0.4), (0, 0))
DEEP = rigid((2, -1), (0.5, 0.1), (-0.3, 0.4), (0.8, -0.6))


@pytest.mark.parametrize(
    "field, helped",
    [(SHIFT, {"translation", "affine", "rigid"}), (FLAT, {"affine", "rigid"}), (DEEP, {"rigid"})],
)
def test_a_remedy_takes_out_the_motions_that_it_knows_and_no_others(field, helped):
    left = {way: np.abs(moving_heads.without(field, way)).max() for way in moving_heads.WAYS}
    assert {way for way, most in left.items() if most < 0.05} == helped
    assert left["none"] == np.abs(field).max()


def test_a_shift_strains_nothing_and_a_turn_does():
    assert flow.strain(SHIFT).max() < 1e-6
    assert flow.strain(DEEP - FLAT).max() > 1e-3


def test_what_moves_on_its_own_is_left():
    y, x = np.mgrid[:SIZE, :SIZE]
    corner = np.exp(-((x - 80) ** 2 + (y - 170) ** 2) / (2 * 12**2))[..., None]
    smile = (corner * [2, -2]).astype(np.float32)
    left = moving_heads.without(DEEP + smile, "rigid")
    assert np.linalg.norm(left - smile, axis=-1)[60:200, 40:180].max() < 0.35


def judged(**errors):
    """A table as of two people, whose errors are these by way."""
    rows = [
        dict(motion=motion, way=way, subject=who, error=errors[way], strain=0.01, head=head,
             skin=0.02)
        for who in "ab"
        for motion, head in zip(moving_heads.MOTIONS, (0.0, 0.0, 0.03, 0.01, 0.04, 0.02))
        for way in moving_heads.WAYS
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_records_and_words_follow_from_the_table():
    table = judged(translation=0.5, none=3.0, affine=0.4, rigid=0.3)
    found = moving_head_figures.records(table, 50)
    value = {(r.model, r.metric): r.value for r in found}
    assert value["turn, rigid", "epe_px"] == pytest.approx(0.3)
    assert value["turn", "strain_of_head"] == pytest.approx(0.04)
    words = moving_head_figures.sentence(found)
    assert "sideways 0%" in words and "turn 200%" in words and "filmed 0%" not in words
    assert "heads as filmed: 50% (one pair of each of 2 people)" in words
    shown = moving_head_figures.summary(found)
    assert list(shown.index) == list(moving_heads.MOTIONS)
    assert shown.loc["turn", "strain of the head alone"].startswith("0.0400 [")
    left, right = moving_head_figures.plot_left(found).axes
    assert right.get_xlim()[1] > 3 > left.get_xlim()[1]


@pytest.mark.slow(60)
def test_strangers_with_moved_heads_are_the_same_sequences(tmp_path):
    exam = examination.examine(tmp_path, 1, 2, CLASSES, quiet=True)
    moved, table = moving_heads.moved(exam, 1, 2, 16, seed=0, quiet=True)
    assert list(moved) == list(moving_heads.WAYS)
    still, pushed = moved["translation"].values()
    assert still.sequences == pushed.sequences == tuple(exam.sequences)
    np.testing.assert_allclose(still.x, exam.inputs("flow", 16).x, atol=1e-4)
    assert not np.allclose(still.x, pushed.x, atol=0.1)
    assert len(table) == len(moving_heads.MOTIONS) * len(moving_heads.WAYS)
    error = table.set_index(["motion", "way"]).error
    assert error["sideways", "none"] > 5 * error["sideways", "translation"]
    assert error["turn", "rigid"] < error["turn", "translation"]
    head = table.drop_duplicates("motion").set_index("motion")["head"]
    assert head["as filmed"] < 1e-4 and head["turn"] > 2 * head["sideways"]
