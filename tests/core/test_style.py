"""Emotions, their colours and emoji are stated once, and for all that the study tells apart."""

import re
import subprocess
import sys

import pytest

from mer.core import style
from mer.experiments import synthetic_pictures
from mer.people.casme2_statistics import EMOTIONS, STUDIED


@pytest.mark.parametrize("emotion", [*EMOTIONS, *synthetic_pictures.EMOTIONS])
def test_every_emotion_has_a_colour(emotion):
    assert re.fullmatch("#[0-9a-f]{6}", style.colour_of(emotion))
    assert style.colour_of(emotion) != style.PALE


def test_the_order_is_that_of_casme2():
    assert tuple(style.EMOTIONS)[: len(EMOTIONS)] == EMOTIONS


def test_what_the_recogniser_tells_apart_has_an_emoji_of_its_own():
    shown = [style.emoji(emotion) for emotion in ("neutral", *STUDIED)]
    assert len(set(shown)) == len(shown) and "❔" not in shown


def test_an_unknown_emotion_is_pale_and_has_a_question_mark():
    assert style.colour_of("bewilderment") == style.PALE
    assert style.colour_of("bewilderment", style.INK) == style.INK
    assert style.emoji("bewilderment") == "❔"


def test_asking_for_a_colour_loads_no_library_of_figures():
    asked = "import sys, mer.core.style; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked]).returncode == 0
