"""A rendered face that shows any mix of Action Units, and its true flow."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from mer.core.errors import BadData, MerError
from mer.experiments.action_unit_mixer import MOST, UNITS, Mixer
from mer.people.behaviour.performance import front_skin

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def mixer():
    return Mixer(0, "sub02")


def test_a_unit_moves_skin_as_far_as_it_is_told(mixer):
    skin, camera = front_skin(mixer.figure), mixer.figure.camera
    rest = camera.project(mixer.figure.neutral[skin])
    for unit in UNITS:
        moved = camera.project(mixer.vertices({unit: 4.0})[skin])
        assert np.linalg.norm(moved - rest, axis=1).max() == pytest.approx(4, abs=0.1), unit


def test_the_mouth_corners_go_up_and_the_brows_stay(mixer):
    _, field, visible = mixer.show({"12": 4.0})
    assert field[visible][:, 1].min() < -2  # up
    assert np.abs(field[:80][visible[:80]]).max() < 0.1  # the forehead
    _, field, visible = mixer.show({"4": 4.0})
    assert field[visible][:, 1].max() > 2  # down


def test_a_face_at_rest_does_not_move(mixer):
    apex, field, visible = mixer.show({})
    assert np.array_equal(apex, mixer.onset) and np.abs(field[visible]).max() < 1e-3


def test_the_figure_names_the_mix(mixer):
    figure = mixer.draw(AU6=2.0, AU12=4.0, AU4=0.0)
    title = figure.get_suptitle()
    assert "AU 6 (cheeks up) + AU 12 (mouth corners up)" in title and "AU 4" not in title
    assert "rest" in mixer.draw(AU12=0.0).get_suptitle()
    plt.close("all")


def test_what_no_face_can_do_is_refused(mixer):
    for pixels in (-1, MOST + 1):
        with pytest.raises(BadData, match="Action Unit 12"):
            mixer.vertices({"12": pixels})
    with pytest.raises(MerError, match="no facial action"):
        mixer.vertices({"99": 1})
