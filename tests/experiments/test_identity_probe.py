"""Who is it? Halves of a closed set, features that tell the person, and such that do not."""

import numpy as np
import pytest
from support.factories import EACH, PEOPLE, RECIPE, portraits, record

from mer.core.errors import BadData
from mer.experiments import identity_probe

DATA = portraits(np.tile(np.arange(EACH) % 3, PEOPLE))


def test_everybody_is_named_in_one_half_and_asked_in_the_other():
    known, asked = identity_probe.halves(np.array(["a", "b", "a", "b", "a"]))
    assert known.tolist() == [0, 1] and asked.tolist() == [2, 3, 4]


def test_somebody_with_one_sequence_cannot_be_asked():
    with pytest.raises(BadData, match="b has a single sequence"):
        identity_probe.halves(np.array(["a", "a", "b"]))


def test_faces_are_named_and_noise_is_not():
    faces = identity_probe.name(DATA.x.flatten(1).numpy(), DATA.subjects, "face", 200)
    assert faces.low > 0.9 and faces.protocol == f"closed set of {PEOPLE}"
    noise = np.random.default_rng(0).normal(size=(len(DATA), 50))
    nothing = identity_probe.name(noise, DATA.subjects, "noise", 200)
    assert nothing.contains(1 / PEOPLE)
    assert nothing.n == PEOPLE * (EACH - EACH // 2)


def test_two_descriptions_are_compared_on_the_same_sequences():
    noise = np.random.default_rng(0).normal(size=(len(DATA), 50))
    described = {"face": DATA.x.flatten(1).numpy(), "noise": noise}
    gain = identity_probe.difference(described, "face", "noise", DATA.subjects, 200)
    assert gain.sign == 1 and "face is better than noise" in gain.verdict()
    assert identity_probe.difference(described, "noise", "face", DATA.subjects, 200).sign == -1


def test_light_is_brightness_and_contrast():
    data = DATA.take([0, 1])
    data.x[0], data.x[1, :, :, :6], data.x[1, :, :, 6:] = 0.5, -1, 1
    light = identity_probe.light(data)
    assert light[:, 0] == pytest.approx([0.5, 0], abs=1e-6)
    assert light[0, 1] == pytest.approx(0, abs=1e-6) and light[1, 1] == pytest.approx(1, abs=0.01)


@pytest.mark.slow
def test_what_a_network_makes_of_strangers_comes_before_its_last_layer():
    half = np.arange(len(DATA)) < len(DATA) // 2
    features, trained = identity_probe.learned(RECIPE, DATA.take(half), DATA.take(~half))
    assert features.shape == ((~half).sum(), 32 * 3 * 3) and 0 <= trained <= 1
    again, _ = identity_probe.learned(RECIPE, DATA.take(half), DATA.take(~half))
    np.testing.assert_array_equal(features, again)


@pytest.mark.parametrize(
    "low, said", [(0.2, "does not remove the person: "), (0.0, "the person cannot be told: ")]
)
def test_the_sentence_follows_the_interval(low, said):
    found = record(0.3, low, 0.4, "person_named", "flow")
    assert said in identity_probe.sentence(found, 10) and "guessing 10%" in (
        identity_probe.sentence(found, 10)
    )


def test_the_figure_has_a_row_for_each_description():
    found = [record(0.3, 0.2, 0.4, model="flow"), record(0.9, 0.8, 1.0, model="face")]
    (axis,) = identity_probe.plot(found, 10).axes
    assert [text.get_text() for text in axis.get_yticklabels()] == ["flow", "face"]
