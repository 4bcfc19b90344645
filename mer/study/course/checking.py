"""Exercises that check themselves: right, or a hint where to look, never the answer.

What is asked of an answer stands in `mer.study.course.checks`, one module a notebook, each judge
beside typical wrong answers that it has to refuse.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mer.core.errors import MerError


class NotYet(AssertionError):
    """An answer that is not right yet; the text is a hint, which a notebook shows alone."""

    def _render_traceback_(self) -> list[str]:  # what IPython asks for
        return [str(self)]


@dataclass(frozen=True)
class Exercise:
    """An exercise: `judge` gives a hint for a wrong answer and None for a right one; `wrong` are
    typical wrong answers."""

    name: str
    judge: Callable[[object], str | None]
    wrong: tuple


EXERCISES: dict[str, Exercise] = {}  # filled by the modules of mer.study.course.checks


def exercise(name: str, *wrong):
    """Decorate the judge of exercise `name`, such as "05.1"."""

    def keep(judge):
        EXERCISES[name] = Exercise(name, judge, wrong)
        return judge

    return keep


def find(name: str) -> Exercise:
    """The exercise of this name; `MerError` if there is none."""
    try:
        importlib.import_module(f"mer.study.course.checks.notebook_{str(name)[:2]}")
        return EXERCISES[name]
    except (ModuleNotFoundError, KeyError) as error:
        raise MerError(
            f'no exercise {name!r}: the number stands in its heading, such as check("05.1", answer)'
        ) from error


def check(name: str, answer: object) -> None:
    """Say whether an answer is right.

    Parameters
    ----------
    name : str
        The number of the exercise: notebook, dot, exercise.
    answer : object
        A number, a word, several words or a function, as the exercise asks; of whatever type.

    Raises
    ------
    NotYet
        With a hint, if the answer is not right.
    MerError
        If there is no such exercise.

    Examples
    --------
    >>> from mer.study.course import check
    >>> check("00.2", 0.3)
    Traceback (most recent call last):
        ...
    mer.study.course.checking.NotYet: 00.2: not yet. ...
    """
    found = hint(name, answer)
    if found:
        raise NotYet(f"{name}: not yet. {found}")
    print(f"{name}: right.")


def hint(name: str, answer: object) -> str | None:
    """What is wrong with an answer, in English; None if it is right."""
    found = find(name)
    if answer is None or answer is ...:
        return "Nothing is answered so far."
    try:
        return found.judge(answer)
    except NotYet as error:
        return str(error)


# -- what judges ask ----------------------------------------------------------------------------


def number(answer: object) -> float:
    """An answer as a number, whether it is one of Python's, numpy's, torch's or a text."""
    try:
        text = answer.strip().replace(",", ".") if isinstance(answer, str) else answer
        if isinstance(text, str) and text.endswith("%"):
            return float(text[:-1]) / 100
        return float(text)
    except (TypeError, ValueError) as error:
        raise NotYet(f"A number is asked for, not {_named(answer)}.") from error


def close(answer: object, truth: float, within: float = 0.005) -> bool:
    """Whether an answer is a number near enough to the true one."""
    return bool(abs(number(answer) - truth) <= within)


def words(answer: object) -> set[str]:
    """An answer as a set of words in small letters: one word, or several with commas or listed."""
    listed = answer.split(",") if isinstance(answer, str) else answer
    try:
        return {str(word).strip().lower() for word in listed}
    except TypeError as error:
        raise NotYet(f"A word is asked for, or several, not {_named(answer)}.") from error


def call(function: object, *arguments) -> object:
    """What the function that was handed in gives; what it raises becomes a hint."""
    if not callable(function):
        raise NotYet(f"A function is asked for: hand in its name, without brackets, not "
                     f"{_named(function)}.")  # fmt: skip
    try:
        return function(*arguments)
    except Exception as error:
        raise NotYet(f"Your function raised {type(error).__name__}: {error}") from error


def array(answer: object, shape: tuple[int, ...]) -> np.ndarray:
    """What a function gave as an array of this shape."""
    try:
        found = np.asarray(answer, float)
    except (TypeError, ValueError) as error:
        raise NotYet(f"Numbers are asked for, not {_named(answer)}.") from error
    if found.shape != shape:
        raise NotYet(f"The shape should be {shape}, and is {found.shape}.")
    return found


def _named(thing: object) -> str:
    return type(thing).__name__
