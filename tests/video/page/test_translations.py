"""Both languages say the same things, and neither leaves a gap open."""

import string

import pytest

from mer.video.page.translations import LANGUAGES, NOTES, TEXTS, note, say


def names(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_both_languages_hold_the_same_texts():
    assert set(LANGUAGES.values()) == set(TEXTS)
    assert set(TEXTS["en"]) == set(TEXTS["ko"])


@pytest.mark.parametrize("key", TEXTS["en"])
def test_a_text_takes_the_same_facts_in_both(key):
    assert names(TEXTS["en"][key]) == names(TEXTS["ko"][key])
    assert all(texts[key].strip() for texts in TEXTS.values())


def test_korean_is_korean():
    hangul = [
        key for key, text in TEXTS["ko"].items() if any("가" <= letter <= "힣" for letter in text)
    ]
    assert set(TEXTS["ko"]) == set(hangul)


def test_facts_are_filled_in_and_unknown_words_stay():
    assert say("en", "choose", limit=500).endswith("(up to 500 MB)")
    assert say("ko", "contempt") == "contempt"
    with pytest.raises(KeyError):
        say("en", "choose")
    assert say("en", "holiday {2}.mp4") == "holiday {2}.mp4"


@pytest.mark.parametrize("english", NOTES)
def test_a_note_is_turned_with_its_facts(english):
    facts = [f"{7 + number}.5" for number in range(english.count("{}"))]
    told = note("ko", english.format(*facts))
    assert told != english and not [fact for fact in facts if fact not in told]
    assert note("en", english.format(*facts)) == english.format(*facts)


def test_a_note_that_nobody_has_turned_stays():
    assert note("ko", "The moon is full.") == "The moon is full."
