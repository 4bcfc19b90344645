"""The reader marks apexes, and is held against the others on the same sequences."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from mer.datasets import Sequence
from mer.experiments.apex_by_eye import YOU, Scrubber
from mer.preprocessing.apex import SPOTTERS, Reading
from mer.preprocessing.faces import Box

NUMBERS = np.arange(10, 51, 10)


class Frames:
    asked = ()

    def frame(self, sequence, number):
        self.asked = (*self.asked, number)
        return np.full((40, 40, 3), number, np.uint8)


@pytest.fixture
def scrubber():
    made = [Sequence("s", "sub01", name, "joy", 10, 30, 50) for name in ("one", "two")]
    curve = np.array([0, 1, 3, 2, 0.0])
    reading = Reading(NUMBERS, dict.fromkeys(SPOTTERS, curve), "mouth", Box(0, 0, 40))
    answers = {"midpoint": [30, 30], "truth": [30, 40]}
    yield Scrubber(Frames(), made, {one.key: reading for one in made}, answers, "truth")
    plt.close("all")


def test_before_the_first_mark_nothing_is_said(scrubber):
    assert scrubber.errors() == {} and "nothing" in scrubber.sentence()


def test_the_reader_is_held_against_the_others_on_what_was_marked(scrubber):
    scrubber.mark("sub01 one", 20)
    assert scrubber.errors() == {YOU: 10, "midpoint": 0}
    scrubber.mark("sub01 two", 40)
    assert scrubber.errors() == {YOU: 5, "midpoint": 5}
    assert "you 5.0, midpoint 5.0" in scrubber.sentence() and "2 sequences" in scrubber.sentence()


def test_only_the_first_mark_counts(scrubber):
    scrubber.mark("sub01 one", 20)
    assert scrubber.mark("sub01 one", 30) == 20
    assert scrubber.errors()[YOU] == 10


def test_the_nearest_frame_that_was_read_is_shown(scrubber):
    figure = scrubber.draw("sub01 one", 27, False)
    assert scrubber.source.asked == (10, 20)
    assert figure.axes[1].get_title() == "frame 20"


def test_answers_appear_only_when_they_are_asked_for(scrubber):
    hidden = scrubber.draw("sub01 one", 50, False)
    assert scrubber.marks == {} and not any(axis.texts for axis in hidden.axes)
    shown = scrubber.draw("sub01 one", 50, True)
    assert scrubber.marks == {"sub01 one": 30}
    assert {text.get_text() for text in shown.axes[-1].texts} == {YOU, "midpoint", "truth"}


def test_an_unknown_sequence_is_refused(scrubber):
    with pytest.raises(KeyError):
        scrubber.draw("sub09 none", 50, False)
