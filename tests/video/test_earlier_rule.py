"""The rule of the earlier demo, as it is held against the analyser."""

import numpy as np
from support.demo_film import StubRecogniser, frame

from mer.video.classes import NEUTRAL
from mer.video.earlier_rule import STEP, Change, EarlierRule


class Dealt(StubRecogniser):
    """Answers with one word after the other; neutral is always the likeliest."""

    def __init__(self, *words):
        super().__init__()
        self.words = iter(words)

    def predict_proba(self, onset_face, apex_face):
        super().predict_proba(onset_face, apex_face)
        word = next(self.words)
        return {NEUTRAL: 0.9, **{name: 0.05 if name == word else 0.01 for name in self.classes[1:]}}


def test_the_earlier_rule_asks_every_tenth_frame_and_counts_changes():
    recogniser = Dealt("happiness", "happiness", "disgust", "happiness")
    rule = EarlierRule(recogniser)
    for number in range(4 * STEP + 1):
        rule.push(frame(), number / 25)
    assert rule.close() == [
        Change("happiness", 0.0, 0.8, 2),
        Change("disgust", 0.8, 1.2, 1),
        Change("happiness", 1.2, 1.6, 1),
    ]
    assert [change.micro for change in rule.events] == [False, True, True]
    assert recogniser.asked == 4


def test_the_earlier_rule_has_no_neutral():
    rule = EarlierRule(StubRecogniser(NEUTRAL))
    for number in range(STEP + 1):
        rule.push(frame(), number / 25)
    assert len(rule.events) == 1 and rule.events[0].emotion != NEUTRAL


def test_the_earlier_rule_says_nothing_without_a_face():
    rule = EarlierRule(StubRecogniser())
    for number in range(2 * STEP + 1):
        rule.push(np.full((480, 640, 3), 80, np.uint8), number / 25)
    assert rule.close() == []
