"""Checks of the exercises to notebook 00."""

from mer.study.course.checking import call, close, exercise


@exercise(
    "00.1",
    lambda milliseconds, fps: milliseconds * fps,  # seconds forgotten
    lambda milliseconds, fps: milliseconds / fps,
    lambda milliseconds, fps: milliseconds // 1000 * fps,
    lambda milliseconds, fps: 60,  # one case only
)
def frames(answer):
    for milliseconds, fps in ((300, 200), (300, 25), (40, 30), (500, 60)):
        if not close(call(answer, milliseconds, fps), milliseconds * fps / 1000, 0.51):
            return (
                f"Try {milliseconds} ms at {fps} frames a second on paper: how many seconds are "
                "that, and how many frames in each second?"
            )
    return None


@exercise("00.2", 2, 20 / 31, 1 / 31, 0.02, 0.06)
def two_faces(answer):
    if close(answer, 2 / 31, 0.001) or close(answer, 200 / 31, 0.1):
        return None
    return "How much is one sequence worth in a share of 31? And two? Give three digits."
