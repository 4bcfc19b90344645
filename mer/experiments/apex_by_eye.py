"""The reader as a spotter: scrub through a sequence, mark the apex, and only then see who else
put it where."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import matplotlib.pyplot as plt
import numpy as np

from mer.core.style import INK
from mer.datasets.base import Sequence, Source
from mer.experiments.apex_errors import colours
from mer.experiments.first_look import difference
from mer.preprocessing import faces
from mer.preprocessing.apex import Reading

YOU = "you"


class Scrubber:
    """Some sequences to look through, and where the reader marked their apexes.

    Parameters
    ----------
    source : Source
    sequences : list of Sequence
        Offered by "subject name".
    readings : mapping
        By key of the sequence, its `Reading`: only frames that the spotters read are shown.
    answers : mapping
        By name of whoever answers, a frame for each of the sequences.
    against : str
        Whose answers count as right; a name in `answers`.
    """

    def __init__(
        self,
        source: Source,
        sequences: list[Sequence],
        readings: Mapping[str, Reading],
        answers: Mapping[str, list[int]],
        against: str,
    ):
        self.source = source
        self.sequences = {f"{s.subject} {s.name}": s for s in sequences}
        self.readings = {name: readings[s.key] for name, s in self.sequences.items()}
        self.answers = {
            name: {who: int(given[i]) for who, given in answers.items()}
            for i, name in enumerate(self.sequences)
        }
        self.against = against
        self.marks: dict[str, int] = {}

    def mark(self, name: str, frame: int) -> int:
        """Keep `frame` as the reader's answer. The first one counts: afterwards the reader has
        seen those of the others."""
        return self.marks.setdefault(name, int(frame))

    def errors(self) -> dict[str, float]:
        """The mean distance from the right answers, in frames, of the reader and of all others on
        the sequences that the reader has marked; empty before the first mark."""
        given = {name: {**self.answers[name], YOU: frame} for name, frame in self.marks.items()}
        whose = [YOU, *next(iter(self.answers.values()))] if given else []
        return {
            who: float(np.mean([abs(one[who] - one[self.against]) for one in given.values()]))
            for who in whose
            if who != self.against
        }

    def draw(self, name: str, percent: int, reveal: bool):
        """Onset, the frame at `percent` of the way to the offset, and their difference; with
        `reveal` this frame is marked, and the curves and everybody's answers appear.
        """
        reading, sequence = self.readings[name], self.sequences[name]
        way = (reading.numbers - reading.numbers[0]) / max(reading.length, 1)
        frame = int(reading.numbers[np.abs(way - percent / 100).argmin()])
        onset, here = (
            faces.cut(self.source.frame(sequence, number), reading.box)
            for number in (sequence.onset, frame)
        )
        figure, axes = plt.subplot_mosaic(
            "abc;ddd", figsize=(7.6, 5.2), height_ratios=[1.5, 1], layout="constrained"
        )
        pictures = {"onset": onset, f"frame {frame}": here, "× 8": difference(onset, here)}
        for axis, (title, picture) in zip("abc", pictures.items()):
            axes[axis].imshow(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
            axes[axis].set_title(title, fontsize=9)
            axes[axis].axis("off")
        axes["d"].set(xlabel="frame", xlim=reading.numbers[[0, -1]], ylim=(0, 1.05))
        axes["d"].axvline(frame, color=INK, lw=1)
        figure.suptitle(f"{name}: when is it strongest?", fontsize=10)
        if reveal:
            self._reveal(figure, axes["d"], name, self.mark(name, frame))
        return figure

    def _reveal(self, figure, axis, name: str, marked: int) -> None:
        reading = self.readings[name]
        colour_of = colours(reading.curves)
        for spotter, curve in reading.curves.items():
            share = curve / max(curve.max(), 1e-9)
            axis.plot(reading.numbers, share, lw=1.3, color=colour_of[spotter], label=spotter)
        shown = {**self.answers[name], YOU: marked}
        for row, (who, frame) in enumerate(shown.items()):
            look = {"color": colour_of.get(who, INK), "ms": 9 if who in (YOU, self.against) else 6}
            axis.plot(frame, 0.06 + 0.1 * row, "*" if who == YOU else "v", **look, clip_on=False)
            axis.annotate(
                who,
                (frame, 0.06 + 0.1 * row),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontsize=7.5,
            )
        axis.set_ylabel("share of its peak")
        axis.legend(fontsize=7.5, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
        figure.suptitle(f"{name}: {self.sentence()}", fontsize=10)

    def sentence(self) -> str:
        """The reader's error beside that of everybody else, in frames."""
        found = self.errors()
        if not found:
            return "nothing is marked yet."
        of = f"{len(self.marks)} sequence{'' if len(self.marks) == 1 else 's'}"
        said = ", ".join(f"{who} {error:.1f}" for who, error in found.items())
        return f"mean error against {self.against}, {of}, frames:\n{said}"
