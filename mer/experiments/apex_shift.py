"""What a wrong apex costs: flows to other frames than the annotated apex, and their scores.

Two questions. A network trained on annotated apexes meets faces whose apex is off (only the
test is moved); and the whole study, training and test, is done with other apexes.
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
import pandas as pd
from joblib import delayed
from tqdm.auto import tqdm

from mer.core.parallel import share
from mer.datasets.base import Sequence, Source
from mer.evaluation.records import Record, label, to_frame
from mer.experiments import ablation, strangers
from mer.experiments.examination import Examination
from mer.learning import conditions, inputs
from mer.learning.inputs import Inputs
from mer.preprocessing import apex, faces, flow
from mer.preprocessing.pairs import SIZE, Pair

ANNOTATED, MIDPOINT, TRUE = "annotated apex", "midpoint", "true apex"
_MOVED, _BOTH = "test moved by", ", training and test"


def frames_of(exam: Examination, shifts: tuple[int, ...]) -> dict[str, list[int]]:
    """The frame that is taken for each stranger's apex, by the name of the way to choose it.

    shifts    frames from the annotated apex, of those that were rendered. A moved apex stays after
              the onset and not beyond the offset.
    """
    pairs, sequences = exam.pairs, exam.sequences
    found = {ANNOTATED: [pair.apex for pair in pairs]}
    for by in shifts:
        found[moved(by)] = [apex.moved(s.numbers, s.apex, by) for s in sequences]
    found[MIDPOINT] = [pair.midpoint for pair in pairs]
    found[TRUE] = [exam.source.true_apex(s) for s in sequences]
    return found


def moved(by: int) -> str:
    """What a test is called whose apexes are `by` frames from the annotated ones."""
    return f"{_MOVED} {by:+d}"


def both(name: str) -> str:
    """What a study is called that trains and tests on another apex."""
    return name + _BOTH


def apart(
    scored: dict[str, pd.DataFrame], conditions_of: Mapping[str, Inputs]
) -> dict[str, pd.DataFrame]:
    """The score tables of all tests by name, that on annotated apexes first.

    scored           of its settings the first was tested on `conditions.stack` of the inputs
    conditions_of    by name, those inputs; the true apex was not among them
    """
    first, *others = scored.items()
    names = [name for name in conditions_of if name != TRUE]
    tests = {
        name if name == ANNOTATED or name.startswith(_MOVED) else f"{name}, test only": table
        for name, table in conditions.unstack(first[1], names).items()
    }
    return {name: table.assign(model=name) for name, table in tests.items()} | dict(others)


def records(tables: dict[str, pd.DataFrame], bootstrap: int = 1000) -> list[Record]:
    """What `ablation.records` says of these tests; seconds only of what was trained."""
    trained = [ANNOTATED, *(name for name in tables if name.endswith(_BOTH))]
    return [
        one
        for one in ablation.records(tables, bootstrap)
        if one.metric != "seconds" or one.model in trained
    ]


def distance(frames: Mapping[str, list[int]], name: str) -> float:
    """How far these apexes are after the annotated ones on average, in frames."""
    return float(np.mean(np.subtract(frames[name], frames[ANNOTATED])))


def examined(exam: Examination, frames: Mapping[str, list[int]], size: int) -> dict[str, Inputs]:
    """Flow inputs of the strangers from the onset to each of the `frames`, as `inputs_of` the cast.

    Those to the annotated apex are the ones that all notebooks share.
    """
    return {
        name: exam.inputs("flow", size)
        if name == ANNOTATED
        else exam.flow_inputs(exam.each(strangers.study_flow, chosen, size=size), size)
        for name, chosen in frames.items()
    }


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


def practical(found: list[Record]) -> str:
    """What follows for a study that has no apexes: may it take the midpoint, in training and test?

    found    what `records` gives, a study on the midpoint among them
    """
    change = next(r for r in found if (r.models[0], r.metric) == (both(MIDPOINT), "uar_difference"))
    numbers = change.phrase()
    if change.sign < 0:
        return f"a study on the midpoint pays for it, {numbers}: apexes are worth their annotation."
    if change.sign > 0:
        return f"a study on the midpoint is better than one on annotated apexes, {numbers}."
    cost = (
        f"it loses at most about {max(0.0, -change.low):.3f}"
        if change.reach
        else ablation.could_tell(0)
    )
    return (
        f"a study on the midpoint cannot be told from one on annotated apexes, {numbers}; {cost}."
    )


def with_truth(found: list[Record]) -> str:
    """What the coder's error costs: a study on true apexes, in training and test, beside one on
    annotated ones.

    found    what `records` gives, a study on true apexes among them
    """
    change = next(r for r in found if (r.models[0], r.metric) == (both(TRUE), "uar_difference"))
    numbers = change.phrase()
    if change.sign > 0:
        return f"a study on true apexes is better, {numbers}: the coder's error costs something."
    if change.sign < 0:
        return (
            f"a study on true apexes is worse, {numbers}. Nothing here says why: the coder's error "
            "cannot know the emotion. Take it for an open observation."
        )
    return (
        f"a study on true apexes cannot be told from one on annotated apexes, {numbers}: what the "
        "coder's error costs, if anything, these people do not show."
    )


def plot_cost(
    found: list[Record], frames: Mapping[str, list[int]], chance: float, metric: str = "uar"
):
    """Score against how far the tested apexes were moved; at the right, all other differences.

    found    what `records` gives; the first setting is trained and tested on annotated apexes
    frames   by name, the frames that were tested, the annotated ones and those `moved` among them
    """
    import matplotlib.pyplot as plt

    from mer.core.style import INK, PALE, SURE, UNSURE
    from mer.experiments.plots import interval

    by_name = {name: distance(frames, name) for name in frames if name.startswith(_MOVED)}
    scores = {r.model: r for r in found if r.metric == metric}
    changes = {r.models[0]: r for r in found if r.metric == f"{metric}_difference"}
    first = next(iter(scores))
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(9.4, 3.3), layout="constrained", width_ratios=[1.1, 1]
    )
    line = sorted([(0.0, first), *((by, name) for name, by in by_name.items())])
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
        ylabel=f"{label(metric)}, {ablation.tested(found)}",
        ylim=(0, 1),
        title="Only the test is moved",
    )
    whole = [name for name in changes if name not in by_name]
    for y, name in enumerate(whole):
        change = changes[name]
        colour = SURE if change.excludes_zero else UNSURE
        interval(right, change, y, colour, f"{change.value:+.2f}")
    right.axvline(0, color=INK, ls=":", lw=1)
    right.set(
        yticks=range(len(whole)),
        yticklabels=whole,
        title="With another apex",
        xlabel=f"{label(metric)} minus that of {first}",
    )
    right.set_ylim(len(whole) - 0.5, -0.7)
    right.grid(axis="y", visible=False)
    return figure
