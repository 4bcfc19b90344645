"""The earlier implementation's experiment: its pictures, its recipe, its arithmetic."""

import cv2
import numpy as np
import pytest

from mer.datasets.base import Sequence
from mer.experiments import earlier_study
from mer.learning import apex_inputs


def texture(seed=0):
    noise = np.random.default_rng(seed).integers(0, 255, (64, 64), np.uint8)
    return np.repeat(cv2.GaussianBlur(noise, (0, 0), 3)[..., None], 3, axis=2)


def hue(picture):
    return cv2.cvtColor(picture, cv2.COLOR_BGR2HSV)[20:44, 20:44, 0].astype(int)


@pytest.mark.parametrize("shift, expected", [((2, 0), 0), ((0, 2), 45), ((-2, 0), 90)])
def test_the_flow_pictures_hue_is_the_direction(shift, expected):
    onset = texture()
    picture = earlier_study.flow_picture(onset, np.roll(onset, shift, axis=(1, 0)))
    apart = (hue(picture) - expected + 90) % 180 - 90
    assert np.abs(np.median(apart)) <= 6 and picture.dtype == np.uint8


def test_the_flow_picture_forgets_how_large_the_motion_was():
    onset = texture()
    size = [
        cv2.cvtColor(
            earlier_study.flow_picture(onset, np.roll(onset, by, axis=1)), cv2.COLOR_BGR2HSV
        )[..., 2].max()
        for by in (1, 3)
    ]
    assert size[0] >= 254 and size[1] >= 254


def test_the_key_has_the_colour_of_each_direction_and_nothing_outside():
    key = earlier_study.key(65)
    assert (key[0, 0] == 255).all()
    hues = cv2.cvtColor(key, cv2.COLOR_BGR2HSV)[..., 0].astype(int)
    right, down, left = hues[32, 60], hues[60, 32], hues[32, 4]
    assert right in (0, 180) and abs(down - 45) <= 1 and abs(left - 90) <= 1


def test_the_sheet_has_a_key_after_each_row_of_pictures():
    shown = [Sequence("made up", "ann", str(i), "joy") for i in range(3)]
    faces = [np.full((16, 16, 3), 90, np.uint8)] * 3
    made = apex_inputs(faces, shown, ["joy"], 16)
    figure = earlier_study.sheet(dict.fromkeys(earlier_study.STREAMS, made), [0, 2])
    assert len(figure.axes) == 6
    assert [text.get_text() for text in figure.axes[-1].texts][-4:] == ["←", "→", "↑", "↓"]


def test_the_recipe_is_the_one_of_its_scripts():
    recipe = earlier_study.recipe("apex")
    assert (recipe.model, recipe.epochs, recipe.batch, recipe.lr) == ("simple-cnn", 10, 32, 1e-3)
    assert (recipe.flip, recipe.translate, recipe.optimiser) == (0, 0, "adam")
    assert earlier_study.recipe("apex", 3).epochs == 3


def test_both_streams_come_in_the_order_of_the_sequences(tmp_path):
    rows = [("s2", "E1", 5), ("s1", "E1", 6)]
    for subject, name, seed in rows:
        for kind, by in (("onset", 0), ("apex", 2)):
            cv2.imwrite(
                str(tmp_path / f"{subject}_{name}_{kind}.png"), np.roll(texture(seed), by, axis=1)
            )
    named = [Sequence("made-up", s, n, "surprise") for s, n, _ in rows]
    streams = earlier_study.streams(tmp_path, named, ("disgust", "surprise"), 32)
    assert list(streams) == ["apex", "flow picture"]
    for data in streams.values():
        assert [s.subject for s in data.sequences] == ["s2", "s1"]
        assert data.x.shape == (2, 3, 32, 32) and list(data.labels) == [1, 1]
        assert data.kind == "apex" and -1 <= float(data.x.min()) <= float(data.x.max()) <= 1
    assert not np.allclose(streams["apex"].x, streams["flow picture"].x)


def test_of_its_counts_only_146_of_153_gives_the_claim():
    found = earlier_study.counts_that_give(earlier_study.PERCENT)
    assert (earlier_study.RIGHT, earlier_study.SEQUENCES) in found
    assert not {earlier_study.TRAINED, earlier_study.TESTED} & {n for _, n in found}
    assert all(abs(100 * right / n - 95.42) <= 0.005 for right, n in found)
    assert earlier_study.TRAINED + earlier_study.TESTED == earlier_study.SEQUENCES


def test_intervals_of_31_sequences_are_wide_and_the_exact_one_is_wider():
    low, high = earlier_study.share(20, 31)
    assert low == pytest.approx(0.469, abs=2e-3) and high == pytest.approx(0.789, abs=2e-3)
    exact = earlier_study.share(20, 31, "exact")
    assert exact[0] < low and exact[1] > high and 0.15 < (exact[1] - exact[0]) / 2 < 0.18
