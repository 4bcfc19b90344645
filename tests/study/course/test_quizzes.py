"""Quizzes are whole, explained, and cannot be answered by their wording alone."""

import copy
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from mer.core.errors import BadData
from mer.study.course import quizzes

NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"
FILES = sorted((NOTEBOOKS / "course" / "quizzes").glob("*.json"))
QUIZZES = {path.stem: quizzes.read(path) for path in FILES}
QUESTIONS = [question for quiz in QUIZZES.values() for question in quiz]


def test_every_notebook_and_every_session_has_one():
    notebooks = {path.stem for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")}
    sessions = {f"session_{number}" for number in range(1, 7)}
    assert notebooks | sessions | {"before_and_after"} <= set(QUIZZES)
    assert min(len(quiz) for quiz in QUIZZES.values()) >= 3
    assert len(QUIZZES["before_and_after"]) == 20


@pytest.mark.parametrize("name", QUIZZES)
def test_it_is_there_in_korean(name):
    assert quizzes.has(QUIZZES[name], "ko")
    for question in QUIZZES[name]:
        texts = [question["question"], *(a["feedback"] for a in question["answers"])]
        assert all(re.search("[가-힣]", text["ko"]) for text in texts)
        assert not any(re.search("[가-힣]", text["en"]) for text in texts)


def test_no_question_is_asked_twice():
    asked = Counter(question["question"]["en"] for question in QUESTIONS)
    assert [text for text, times in asked.items() if times > 1] == []


@pytest.mark.parametrize("language", quizzes.WORDS)
def test_the_wording_does_not_give_the_answer_away(language):
    """Who always takes the longest, the shortest or the first answer gets little more than guessing
    would; and no answer is *all of these*."""
    rules = {
        "longest": lambda texts: max(texts, key=len),
        "shortest": lambda texts: min(texts, key=len),
        **{quizzes.LETTERS[i]: lambda texts, i=i: texts[min(i, len(texts) - 1)] for i in range(4)},
    }
    for quiz in (QUESTIONS, QUIZZES["before_and_after"]):
        for name, rule in rules.items():
            right = 0
            for question in quiz:
                texts = {a["answer"][language]: a["correct"] for a in question["answers"]}
                right += texts[rule(list(texts))]
            assert right / len(quiz) <= 0.4, name
    said = json.dumps(QUESTIONS).lower()
    assert not re.search(r"all of (the above|these)|none of (the above|these)", said)


ABSOLUTE = {
    "en": r"\b(always|never|only|all|every\w*|none|nobody|no|any)\b",
    "ko": "언제나|결코|모두|아무|없다|오직|누구나",
}


@pytest.mark.parametrize("language", quizzes.WORDS)
def test_words_that_are_too_strong_do_not_give_answers_away(language):
    """Who strikes out the answers that claim too much, and guesses among the others, gets little
    more than a quarter of the twenty; right answers stand as often at each letter."""
    quiz, expected = QUIZZES["before_and_after"], 0.0
    for question in quiz:
        texts = {a["answer"][language]: a["correct"] for a in question["answers"]}
        left = [text for text in texts if not re.search(ABSOLUTE[language], text)] or list(texts)
        expected += sum(texts[text] for text in left) / len(left)
    assert expected / len(quiz) <= 0.3
    places = Counter([a["correct"] for a in question["answers"]].index(True) for question in quiz)
    assert sorted(places) == [0, 1, 2, 3] and set(places.values()) <= {4, 5, 6}
    assert all(len(question["answers"]) == 4 for question in quiz)


@pytest.fixture
def quiz():
    return copy.deepcopy(QUIZZES["00_start_here"])


@pytest.mark.parametrize(
    "harm, fault",
    [
        (lambda q: q["question"].update(en=" "), "no text"),
        (lambda q: q["answers"].__delitem__(slice(2, None)), "2 answers"),
        (lambda q: [answer.update(correct=True) for answer in q["answers"]], "one right"),
        (lambda q: [answer.update(correct=False) for answer in q["answers"]], "one right"),
        (lambda q: q["answers"][1]["feedback"].clear(), "without explanation"),
        (lambda q: q["answers"][1].update(answer=q["answers"][0]["answer"]), "two equal"),
    ],
)
def test_a_fault_is_named(quiz, harm, fault, tmp_path):
    harm(quiz[1])
    (tmp_path / "bad.json").write_text(json.dumps(quiz))
    with pytest.raises(BadData, match=rf"bad\.json: question 2: .*{fault}"):
        quizzes.read(tmp_path / "bad.json")


def test_what_is_no_json_is_named(tmp_path):
    (tmp_path / "bad.json").write_text("[")
    with pytest.raises(BadData, match=r"bad\.json: not a quiz"):
        quizzes.read(tmp_path / "bad.json")


def test_in_a_notebook_each_answer_opens_to_its_explanation(quiz):
    text = quizzes.markdown(quiz)
    answers = [answer for question in quiz for answer in question["answers"]]
    assert text.count("<details>") == text.count("</details>") == len(answers)
    assert text.count("<b>Right.</b>") == len(quiz)
    assert all(quizzes._inline(answer["feedback"]["en"]) in text for answer in answers)
    assert "<script" not in text and "http" not in text


def test_on_paper_nothing_is_told_before_it_is_asked(quiz):
    paper, solved = quizzes.sheet(quiz), quizzes.sheet(quiz, solved=True)
    for question in quiz:
        assert quizzes._inline(question["question"]["en"]) in paper
        for answer in question["answers"]:
            assert quizzes._inline(answer["feedback"]["en"]) not in paper
            assert quizzes._inline(answer["feedback"]["en"]) in solved
    assert "☒" not in paper and solved.count("☒") == len(quiz)
    assert re.fullmatch(r"1 [A-D], 2 [A-D], 3 [A-D]", quizzes.key(quiz))


def test_signs_of_html_are_text(quiz):
    quiz[0]["question"]["en"] = "Is `a < b` *always*?"
    assert "Is <code>a &lt; b</code> <em>always</em>?" in quizzes.sheet(quiz)


def test_a_language_that_lacks_a_text_is_not_offered(quiz):
    assert quizzes.has(quiz, "en")
    quiz[0]["answers"][0]["answer"].pop("ko", None)
    assert not quizzes.has(quiz, "ko")
