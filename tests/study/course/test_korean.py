"""Hints in Korean: all of them, for the same answers, with what was filled in."""

import ast
import re
from pathlib import Path

import pytest

from mer.study.course import checking, korean
from mer.study.course.checking import NotYet

SOURCES = [
    Path(checking.__file__),
    *sorted((Path(checking.__file__).parent / "checks").glob("*.py")),
]


def hints(path):
    """Texts that a judge returns or raises, with {} for what it fills in."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        value = None
        if isinstance(node, ast.Return):
            value = node.value
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "NotYet":
            value = node.args[0]
        if isinstance(value, ast.JoinedStr):
            yield "".join(
                part.value if isinstance(part, ast.Constant) else "{}" for part in value.values
            )
        elif isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


def test_every_hint_is_there_in_korean():
    said = {hint for path in SOURCES for hint in hints(path) if " " in hint}
    said = {hint for hint in said if not re.match(r"\{\}: not yet", hint)}
    assert len(said) > 35
    assert said - set(korean.SAID) == set()
    assert set(korean.SAID) - said == set(), "no judge says this any more"


@pytest.mark.parametrize("english", korean.SAID)
def test_a_translation_is_korean_and_keeps_what_is_filled_in(english):
    text = korean.SAID[english]
    assert re.search("[가-힣]", text) and english.count("{}") == text.count("{}")
    filled = english.replace("{}", "<42>")
    assert korean.translated(filled) == text.replace("{}", "<42>")


def test_a_hint_without_translation_is_told_as_it_is():
    assert korean.translated("Something new.") == "Something new."


def test_it_judges_as_the_english_one(capsys):
    korean.check("00.2", 2 / 31)
    assert capsys.readouterr().out == "00.2: 맞습니다.\n"
    with pytest.raises(NotYet, match=r"^00\.2: 아직 아닙니다\. 31개 가운데 시퀀스 하나는"):
        korean.check("00.2", 1 / 31)
    with pytest.raises(NotYet, match=r"^00\.1: .*오류를 냈습니다\. ZeroDivisionError: division"):
        korean.check("00.1", lambda milliseconds, fps: 1 / 0)
    with pytest.raises(NotYet, match="아직 답이 없습니다"):
        korean.check("00.1", None)
