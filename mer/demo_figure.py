"""What was found in a video beside what is true of it, on one axis of time."""

from __future__ import annotations

import matplotlib.pyplot as plt

from mer.plots import EMOTIONS, PALE
from mer.report_video import Report
from mer.sources.takes import Take


def beside_truth(report: Report, take: Take):
    """Two lanes over seconds, the true expressions of a take and the events that were found; blinks
    and nods are grey, in a lane of their own."""
    lanes = {
        "blinks, nods": [(e.seconds[0], e.seconds[2], "") for e in take.of_kind("blink", "nod")],
        "found": [(e.start, e.end, e.emotion) for e in report.events],
        "true": [(e.seconds[0], e.seconds[2], e.emotion) for e in take.of_kind("micro", "macro")],
    }
    figure, axis = plt.subplots(figsize=(7.5, 2.2), layout="constrained")
    for y, spans in enumerate(lanes.values()):
        for start, end, emotion in spans:
            axis.barh(y, end - start, left=start, height=0.6, color=EMOTIONS.get(emotion, PALE))
            axis.annotate(emotion, ((start + end) / 2, y + 0.32), fontsize=8, ha="center",
                          va="bottom")
    axis.set(xlim=(0, take.frames / take.fps), ylim=(-0.5, 2.75), xlabel="seconds",
             title="What the face did, and what was found", yticks=range(3),
             yticklabels=list(lanes))
    axis.grid(axis="y", visible=False)
    return figure
