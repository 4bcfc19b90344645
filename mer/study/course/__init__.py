"""The course: exercises that check themselves, quizzes, sheets and the bundles of a class.

A notebook of exercises needs `check` alone. Its texts lie under notebooks/: solutions (the
source), exercises (made from them) and course (texts and quizzes); `make course` packs them.
"""

from typing import TYPE_CHECKING

from mer.core.lazy import face

if TYPE_CHECKING:
    from mer.study.course.checking import check

__all__ = ["check", "made_up"]
__getattr__, __dir__ = face(__name__, __all__, check="checking")
