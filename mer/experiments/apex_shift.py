"""What a wrong apex costs: flows to other frames than the annotated apex, and their scores.

Two questions. A network trained on annotated apexes meets faces whose apex is off (only the
test is moved); and the whole study, training and test, is done with apexes from a spotter.
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
from joblib import delayed
from tqdm.auto import tqdm

from mer.core.parallel import share
from mer.datasets.base import Sequence, Source
from mer.evaluation.records import Record, label, to_frame
from mer.learning import inputs
from mer.learning.inputs import Inputs
from mer.preprocessing import faces, flow
from mer.preprocessing.pairs import SIZE, Pair


def inputs_of(
    source: Source,
    sequences: list[Sequence],
    pairs: list[Pair],
    frames: Mapping[str, list[int]],
    size: int,
    quiet: bool = False,
) -> dict[str, Inputs]:
    """Flow inputs from the onset to each of the `frames`, by the name of the way to choose them.

    frames   by name, one frame number for each sequence
    size     side of the inputs in pixels

    Flow is made as notebook 03 makes it. A flow that two ways share is computed once, and all
    are spread over the cores.
    """
    wanted = sorted(
        {(row, number) for chosen in frames.values() for row, number in enumerate(chosen)}
    )
    jobs = (
        delayed(_field)(source, sequences[row], pairs[row].box, number, size)
        for row, number in wanted
    )
    done = tqdm(share(jobs, len(wanted)), "flows", len(wanted), disable=quiet)
    made = dict(zip(wanted, done, strict=True))
    return {
        name: inputs.flow_inputs(
            [made[job] for job in enumerate(chosen)], sequences, source.classes, size
        )
        for name, chosen in frames.items()
    }


def _field(source: Source, sequence: Sequence, box: faces.Box, number: int, size: int):
    """Flow and strain (size, size, 3) from the onset to frame `number`; runs in a worker."""
    crops = [faces.cut(source.frame(sequence, n), box, SIZE) for n in (sequence.onset, number)]
    field = flow.onset_to_apex(*crops)
    return cv2.resize(field, (size, size), interpolation=cv2.INTER_AREA)


def plot_cost(found: list[Record], moved: Mapping[str, float], chance: float, metric: str = "uar"):
    """Score against how far the tested apexes were moved; at the right, whole studies.

    found   records of `mer.experiments.ablation.records`; the first setting is trained and tested
            on annotated apexes, those named in `moved` are its tests with other frames, by how
            many frames on average, and the others are studies of their own
    """
    import matplotlib.pyplot as plt

    from mer.core.style import INK, PALE, SURE, UNSURE
    from mer.experiments.plots import interval

    scores = {r.model: r for r in found if r.metric == metric}
    changes = {r.models[0]: r for r in found if r.metric == f"{metric}_difference"}
    first = next(iter(scores))
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(9.4, 3.3), layout="constrained", width_ratios=[1.1, 1]
    )
    line = sorted([(0.0, first), *((by, name) for name, by in moved.items())])
    at = [by for by, _ in line]
    rows = to_frame(scores[name] for _, name in line)
    left.fill_between(at, rows.low, rows.high, color=PALE, alpha=0.5, lw=0)
    left.plot(at, rows.value, "o-", color=INK, lw=1.6, ms=5)
    for by, name in line:
        if name in changes and changes[name].excludes_zero:
            left.plot(by, scores[name].value, "o", color=SURE, ms=7)
    left.axhline(chance, color=INK, ls=":", lw=1)
    left.annotate(
        "chance",
        (at[-1], chance),
        xytext=(0, -3),
        textcoords="offset points",
        fontsize=8,
        ha="right",
        va="top",
    )
    left.set(
        xlabel="tested apex moved by, frames of 5 ms",
        ylabel=label(metric),
        ylim=(0, 1),
        title="Only the test is moved",
    )
    whole = [name for name in changes if name not in moved]
    for y, name in enumerate(whole):
        change = changes[name]
        colour = SURE if change.excludes_zero else UNSURE
        interval(right, change, y, colour, f"{change.value:+.2f}")
    right.axvline(0, color=INK, ls=":", lw=1)
    right.set(
        yticks=range(len(whole)),
        yticklabels=whole,
        title="Training and test with another apex",
        xlabel=f"{label(metric)} minus that of {first}",
    )
    right.set_ylim(len(whole) - 0.5, -0.7)
    right.grid(axis="y", visible=False)
    return figure
