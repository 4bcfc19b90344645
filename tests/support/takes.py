"""Takes as their cards tell them, without a video."""

from pathlib import Path

from mer.datasets.takes import Take, TakeEvent


def told(kind, onset, offset, emotion="happiness"):
    seconds = onset, (onset + offset) / 2, offset
    return TakeEvent(kind, emotion, "12", 0, 0, 0, seconds, 1.0)


def take(*events, seconds=30.0):
    return Take(
        "acted01",
        Path("acted01.webm"),
        "sub01",
        0,
        30.0,
        round(30 * seconds),
        (640, 480),
        not events,
        events,
    )


def shown(take, *kinds):
    """The events of a schedule that are of these kinds."""
    return [event for event in take.events if event.kind in kinds]
