"""The recogniser on published flows: where they lie, how strong they are, and what is added up."""

import numpy as np
import pytest

from mer.core.errors import BadData
from mer.datasets.base import Sequence
from mer.evaluation import scores
from mer.learning.inputs import published_flow_inputs
from mer.people.behaviour import performance
from mer.video import published_form
from mer.video.classes import CLASSES, SIZE

NAMES = tuple(published_form.GROUPS)


@pytest.fixture
def signed():
    """Three pictures: a spot beside the left eye, one at the mouth, and nothing at all."""
    pictures = np.full((3, 28, 28, 3), 0.5, np.float32)
    pictures[0, 6:9, 5:8, 1] = 1.0
    pictures[1, 19:22, 12:16, 0] = 0.0
    named = [Sequence("made up", f"s{i}", "1", NAMES[i]) for i in range(3)]
    return published_flow_inputs(list(pictures), named, NAMES)


class Answers:
    """A recogniser that says the same of every flow."""

    classes = CLASSES

    def __init__(self, *said):
        self.said = said

    def predict_proba_of_flows(self, flows):
        assert flows.shape[1:] == (SIZE, SIZE, 2)
        return np.tile(self.said, (len(flows), 1))


def test_a_published_flow_is_as_strong_as_a_typical_micro_expression(signed):
    assert published_form.PEAK == performance._MEDIAN
    fields = published_form.in_pixels(signed)
    assert fields.shape == (3, SIZE, SIZE, 2) and fields.dtype == np.float32
    peaks = np.quantile(np.linalg.norm(fields, axis=-1), 0.99, axis=(1, 2))
    assert peaks == pytest.approx([published_form.PEAK] * 2 + [0], abs=1e-4)


def test_it_lies_where_the_demo_has_that_part_of_the_face(signed):
    """The eye's spot beside the middle, in the row of the eyes; the mouth's below; signs stay."""
    eye, mouth = published_form.in_pixels(signed)[:2]
    row, column = np.unravel_index(eye[..., 1].argmax(), (SIZE, SIZE))
    eye_row, apart, down = published_form._OWN * SIZE
    assert abs(row - eye_row) < 2 and abs(column - (SIZE / 2 - apart / 2)) < 3
    row, column = np.unravel_index(mouth[..., 0].argmin(), (SIZE, SIZE))
    assert abs(row - (eye_row + down)) < 2 and abs(column - SIZE / 2) < 3
    assert (mouth[..., 0] <= 0).all() and (eye[..., 0] == 0).all()


def test_emotions_are_added_up_and_neutral_is_left_out(signed):
    table = published_form.scored(Answers(0.5, 0.1, 0.15, 0.05, 0.1, 0.1), signed)
    assert table[[f"p_{name}" for name in NAMES]].to_numpy() == pytest.approx(
        np.tile([0.5, 0.3, 0.2], (3, 1)), abs=1e-6
    )
    assert scores.predicted(table).tolist() == ["negative"] * 3
    assert set(table.protocol) == {published_form.PROTOCOL} and table.subject.nunique() == 3


def test_a_face_that_is_only_neutral_has_even_odds(signed):
    table = published_form.scored(Answers(1, 0, 0, 0, 0, 0), signed)
    assert table.p_negative.to_numpy() == pytest.approx(1 / 3)


def test_five_emotions_are_themselves():
    found = published_form.grouped(np.array([[0.5, 0.1, 0.1, 0.1, 0.1, 0.1]]), CLASSES, CLASSES[1:])
    assert found == pytest.approx(np.full((1, 5), 0.2))


@pytest.mark.parametrize("name", ["anger", "neutral"])
def test_a_class_that_it_does_not_know(name):
    with pytest.raises(BadData, match=f"no class '{name}', only negative.*Choose a source"):
        published_form.grouped(np.ones((1, 6)), CLASSES, (name,))


def test_what_is_measured(signed):
    records = published_form.measured(published_form.scored(Answers(0, 1, 0, 0, 0, 0), signed), 50)
    assert [r.metric for r in records] == ["accuracy", "uf1", "uar", "ece", "log_loss"]
    assert records[0].value == pytest.approx(1 / 3) and records[0].n == 3
    assert records[3].value == pytest.approx(2 / 3)
