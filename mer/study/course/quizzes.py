"""Quizzes: one JSON file each, shown in a notebook that needs no code, and printed as a sheet.

A file is a list of questions. A question has a text and three answers or more, one of them right,
each with the words that explain it; texts are kept in English ("en") and perhaps Korean ("ko").
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from mer.core.errors import BadData

LETTERS = "ABCDEF"
WORDS = {
    "en": {"quiz": "Quiz", "open": "Open an answer to see whether it is right, and why.",
           "right": "Right", "wrong": "Not this one", "name": "Name", "answers": "Answers"},
    "ko": {"quiz": "퀴즈", "open": "답을 열면 맞는지, 왜 그런지 볼 수 있습니다.",
           "right": "맞습니다", "wrong": "이 답은 아닙니다", "name": "이름", "answers": "정답"},
}  # fmt: skip


def read(path: Path) -> list[dict]:
    """The questions of a file; one that breaks the rules raises `BadData` with all its faults."""
    try:
        quiz = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadData(f"{path}: not a quiz ({error})") from error
    found = faults(quiz)
    if found:
        raise BadData("\n".join(f"{path}: {fault}" for fault in found))
    return quiz


def faults(quiz: list[dict]) -> list[str]:
    """What is wrong with the questions, one line each."""
    found = []
    for number, question in enumerate(quiz, 1):
        answers = question.get("answers", [])
        if not _said(question.get("question")):
            found.append(f"question {number}: no text")
        if len(answers) < 3:
            found.append(f"question {number}: {len(answers)} answers; three at least")
        if sum(bool(answer.get("correct")) for answer in answers) != 1:
            found.append(f"question {number}: not exactly one right answer")
        if not all(_said(a.get("answer")) and _said(a.get("feedback")) for a in answers):
            found.append(f"question {number}: an answer without text or without explanation")
        texts = [json.dumps(answer.get("answer")) for answer in answers]
        if len(set(texts)) < len(texts):
            found.append(f"question {number}: two equal answers")
    return found


def _said(text) -> bool:
    return isinstance(text, dict) and bool(text.get("en", "").strip())


def has(quiz: list[dict], language: str) -> bool:
    """Whether all texts are there in a language."""
    texts = [q["question"] for q in quiz]
    texts += [a[part] for q in quiz for a in q["answers"] for part in ("answer", "feedback")]
    return all(text.get(language) for text in texts)


def markdown(quiz: list[dict], language: str = "en") -> str:
    """A quiz as the text of a Markdown cell: each answer opens to its explanation."""
    say = WORDS[language]
    lines = [f"## {say['quiz']}", "", say["open"]]
    for number, question in enumerate(quiz, 1):
        lines += ["", f"**{number}. {question['question'][language]}**", ""]
        for letter, answer in zip(LETTERS, question["answers"]):
            verdict = say["right"] if answer["correct"] else say["wrong"]
            lines.append(
                f"<details><summary>{letter}. {_inline(answer['answer'][language])}</summary>"
                f"<b>{verdict}.</b> {_inline(answer['feedback'][language])}</details>"
            )
    return "\n".join(lines)


def sheet(quiz: list[dict], language: str = "en", solved: bool = False) -> str:
    """A quiz for paper, as HTML: with boxes to tick, or (`solved`) with all explanations."""
    say = WORDS[language]
    lines = [] if solved else [f"<p>{say['name']}: " + "_" * 40 + "</p>"]
    lines.append("<ol class='quiz'>")
    for question in quiz:
        lines.append(f"<li><p>{_inline(question['question'][language])}</p><ul>")
        for letter, answer in zip(LETTERS, question["answers"]):
            text = f"{letter}. {_inline(answer['answer'][language])}"
            if solved:
                mark = "☒" if answer["correct"] else "☐"
                text = f"{mark} {text} <i>{_inline(answer['feedback'][language])}</i>"
            else:
                text = f"☐ {text}"
            lines.append(f"<li>{text}</li>")
        lines.append("</ul></li>")
    return "\n".join([*lines, "</ol>"])


def explained(quiz: list[dict], language: str = "en") -> str:
    """Each question with its right answer and why, as a Markdown list."""
    lines = []
    for number, question in enumerate(quiz, 1):
        for letter, answer in zip(LETTERS, question["answers"]):
            if answer["correct"]:
                said = f"**{letter}**, {answer['answer'][language]}. {answer['feedback'][language]}"
                lines.append(f"{number}. {question['question'][language]} {said}")
    return "\n".join(lines)


def key(quiz: list[dict]) -> str:
    """The right answers alone: "1 B, 2 A"."""
    right = [[answer["correct"] for answer in question["answers"]].index(True) for question in quiz]
    return ", ".join(f"{number} {LETTERS[i]}" for number, i in enumerate(right, 1))


def _inline(text: str) -> str:
    """Text as HTML, where `code` and *emphasis* may be marked as in Markdown."""
    plain = html.escape(text, quote=False)
    plain = re.sub(r"`([^`]+)`", r"<code>\1</code>", plain)
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", plain)
