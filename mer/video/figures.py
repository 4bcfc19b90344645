"""Pictures of a report: when the face moved, what was read, and the motion behind it."""

from __future__ import annotations

import cv2
import numpy as np

from mer.core import style
from mer.datasets.takes import Take
from mer.preprocessing import flow as optical_flow
from mer.video.humps import humps
from mer.video.report import TRACE, Report

_THUMBNAILS = 12  # at most so many events are shown with their motion
_SIDE = 56
_HATCHES = {"speaking": "...", "turned away": "///", "covered": "xxx"}


def timeline(report: Report):
    """Strength over time with one band an event and a hatched one for each other state; what
    made other humps is written over them. Below, the apex faces and their flows of the most
    confident events in the order of time."""
    import matplotlib.pyplot as plt

    style.style()
    shown = sorted(
        sorted(report.events, key=lambda e: -e.confidence)[:_THUMBNAILS], key=lambda e: e.onset
    )
    figure, axes = plt.subplots(
        2 if shown else 1,
        1,
        figsize=(11, 4.4 if shown else 2.4),
        height_ratios=[1.2, 1] if shown else [1],
        layout="constrained",
        squeeze=False,
    )
    _curve(axes[0, 0], report)
    if shown:
        _thumbnails(axes[1, 0], shown)
    return figure


def _curve(axis, report: Report) -> None:
    time, strength = (report.trace[:, TRACE.index(name)] for name in ("time", "strength"))
    axis.plot(time, strength, color=style.INK, lw=0.9)
    top = max(float(np.nanmax(strength)) if np.isfinite(strength).any() else 1.0, 1.0)
    for spell in report.states:
        axis.axvspan(
            spell.onset, spell.offset, fc="none", ec=style.UNSURE, hatch=_HATCHES.get(spell.state),
            alpha=0.5, lw=0, label=spell.state,
        )  # fmt: skip
    for event in report.events:
        colour = style.colour_of(event.emotion)
        axis.axvspan(event.onset, event.offset, color=colour, alpha=0.35, lw=0, label=event.emotion)
        if event.micro:
            axis.plot(event.apex, 0, "^", color=colour, ms=5, clip_on=False)
    for hump in humps(report):
        inside = (time >= hump.onset) & (time <= hump.offset)
        axis.annotate(
            hump.state, ((hump.onset + hump.offset) / 2, np.nanmax(strength[inside])), (0, 2),
            textcoords="offset points", ha="center", fontsize=7, color=style.UNSURE,
        )  # fmt: skip
    named = dict(zip(*reversed(axis.get_legend_handles_labels())))  # each name once
    if named:  # beside the curve, where no number of names can reach the title
        axis.legend(
            named.values(),
            named,
            loc="upper left",
            bbox_to_anchor=(1, 1),
            fontsize=8,
            frameon=False,
        )
    axis.set(
        xlim=(0, max(report.duration, 1e-3)),
        ylim=(0, top * 1.25),
        xlabel="seconds",
        ylabel="motion from rest, px",
        title=f"Expressions: {report.changes}, of them micro: {report.micro} (▲)",
    )


def _thumbnails(axis, shown) -> None:
    """Each event's face above its motion, side by side; then the key to the motion's colours."""
    columns = []
    for event in shown:
        face = cv2.cvtColor(cv2.resize(event.frame, (_SIDE, _SIDE)), cv2.COLOR_BGR2RGB)
        motion = cv2.resize(optical_flow.colours(event.flow[..., :2]), (_SIDE, _SIDE))
        columns.append(np.vstack([face, motion]))
    axis.imshow(np.hstack([*columns, np.vstack([np.full_like(face, 255), _key()])]))
    middle, words = (len(shown) + 0.5) * _SIDE, {"fontsize": 6.5, "ha": "center", "va": "center"}
    for word, x, y in (("up", 0, -1), ("down", 0, 1), ("left", -1, 0), ("right", 1, 0)):
        axis.text(
            middle + 0.42 * _SIDE * x, (1.5 + 0.44 * y) * _SIDE, word, **words, rotation=-90 * x
        )
    for place, event in enumerate(shown):
        words = f"{event.emotion}\n{event.apex:.1f} s"
        axis.text((place + 0.5) * _SIDE, 2 * _SIDE + 4, words, ha="center", va="top", fontsize=7)
    axis.axis("off")


def _key() -> np.ndarray:
    """A disc (`_SIDE`, `_SIDE`, 3) in the colours of motion outwards: which hue is which way."""
    y, x = np.mgrid[-1.5 : 1.5 : _SIDE * 1j, -1.5 : 1.5 : _SIDE * 1j].astype(np.float32)
    disc = optical_flow.colours(np.dstack([x, y]), 1.0)
    disc[np.hypot(x, y) > 1] = 255
    return disc


def beside_truth(report: Report, take: Take):
    """Two lanes over seconds, the true expressions of a take and the events that were found; blinks
    and nods are grey, in a lane of their own."""
    import matplotlib.pyplot as plt

    lanes = {
        "blinks, nods": [(e.seconds[0], e.seconds[2], "") for e in take.of_kind("blink", "nod")],
        "found": [(e.onset, e.offset, e.emotion) for e in report.events],
        "true": [(e.seconds[0], e.seconds[2], e.emotion) for e in take.of_kind("micro", "macro")],
    }
    figure, axis = plt.subplots(figsize=(7.5, 2.2), layout="constrained")
    for y, spans in enumerate(lanes.values()):
        for onset, offset, emotion in spans:
            axis.barh(y, offset - onset, left=onset, height=0.6, color=style.colour_of(emotion))
            axis.annotate(
                emotion, ((onset + offset) / 2, y + 0.32), fontsize=8, ha="center", va="bottom"
            )
    axis.set(
        xlim=(0, take.frames / take.fps),
        ylim=(-0.5, 2.75),
        xlabel="seconds",
        title="What the face did, and what was found",
        yticks=range(3),
        yticklabels=list(lanes),
    )
    axis.grid(axis="y", visible=False)
    return figure
