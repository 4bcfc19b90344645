"""How far spotters are from the apex, in frames, and what each saves against the midpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns

from mer.core.errors import BadData
from mer.core.style import INK
from mer.evaluation import metrics
from mer.evaluation.records import Record, joint_level, tabulate
from mer.experiments.plots import interval
from mer.preprocessing.apex import SPOTTERS, Reading

BASELINE = "midpoint"
NEAR = 4  # frames: 20 ms, so little that the motion is as good as at its peak


def records(
    answers: Mapping[str, np.ndarray], apexes, subjects, against: str, bootstrap: int = 1000
) -> list[Record]:
    """Records of every spotter's answers (N,) against the apexes (N,).

    mae_frames       mean absolute error
    hit_rate         share of sequences within `NEAR` frames
    mae_difference   mean absolute error minus the baseline's, paired
    mae_saved        the same as a share of the baseline's error; positive is better

    Intervals resample subjects; those of the comparisons with the baseline are wider than 95 %,
    so that with all spotters together no more than 5 % err (Bonferroni). `against` names the
    apexes and becomes the records' protocol. Answers without a baseline are `BadData`.
    """
    if BASELINE not in answers:
        raise BadData(f"apex errors: no answers called {BASELINE!r} to compare with")
    errors = {name: np.abs(np.asarray(given) - apexes) for name, given in answers.items()}
    base = errors[BASELINE]
    level = joint_level(len(errors) - 1)
    found = []
    for name, error in errors.items():
        for metric, values in (("mae_frames", error), ("hit_rate", error <= NEAR)):
            told = {"model": name, "protocol": against, "metric": metric}
            found.append(metrics.mean_with_interval(values, subjects, bootstrap, **told))
        if name == BASELINE:
            continue
        ours, theirs = _resampled(error, base, subjects, bootstrap)
        for metric, value, drawn in (
            ("mae_difference", error.mean() - base.mean(), ours - theirs),
            ("mae_saved", _saved(error.mean(), base.mean()), _saved(ours, theirs)),
        ):
            told = {"model": f"{name} - {BASELINE}", "protocol": against, "metric": metric}
            low, high = metrics.interval(drawn, level)
            found.append(Record(**told, n=len(error), value=float(value), low=low, high=high))
    return found


def _resampled(error, base, subjects, bootstrap: int) -> tuple[np.ndarray, np.ndarray]:
    """Both mean errors in each resample of the subjects, the same ones for both."""
    _, subject_of = np.unique(subjects, return_inverse=True)
    weights = metrics.bootstrap_weights(subject_of.max() + 1, bootstrap)
    drawn = weights @ np.bincount(subject_of)
    return tuple(weights @ np.bincount(subject_of, values) / drawn for values in (error, base))


def _saved(error, base) -> np.ndarray:
    """The share of the baseline's error that is gone; undefined (NaN) where it makes none."""
    return 1 - np.divide(error, base, out=np.full(np.shape(base), np.nan), where=base > 0)


def summary(found: list[Record]) -> pd.DataFrame:
    """One row a spotter, one column a metric and what it was held against."""
    titles = {
        "mae_frames": "error, frames",
        "hit_rate": f"within {NEAR} frames",
        "mae_saved": f"less than the {BASELINE}'s",
    }
    return tabulate(found, titles, ".0%", {"mae_frames": ".1f"}, by_protocol=True)


def sentence(found: list[Record], against: str) -> str:
    """What the comparison says: the nearest spotter, its error, and what it saves."""
    error, saved = (
        {r.models[0]: r for r in found if (r.metric, r.protocol) == (metric, against)}
        for metric in ("mae_frames", "mae_saved")
    )
    best = min(saved, key=lambda name: error[name].value)
    one, base, gain = error[best], error[BASELINE], saved[best]
    return (
        f"Against {against}, the nearest spotter is '{best}': {one.text('.1f')} frames off, "
        f"where the {BASELINE} is {base.value:.1f}; {_saving(gain)}."
    )


def _saving(gain: Record) -> str:
    """What a spotter saves of the baseline's error, or adds to it, in words."""
    if gain.value is None or np.isnan(gain.value):
        return f"of the {BASELINE}'s error there is nothing to save"
    if gain.sign < 0:
        added = replace(gain, value=-gain.value, low=-gain.high, high=-gain.low)
        return f"its error is {added.text('.0%')} more than the {BASELINE}'s"
    saved = f"its error is {gain.text('.0%')} less"
    return f"{saved} than the {BASELINE}'s" if gain.sign else f"{saved}, which is not told"


def colours(names) -> dict:
    """The colour of everybody who puts an apex somewhere, the same in all figures: spotters have
    theirs, the baseline is dark, others follow."""
    spotters = [*SPOTTERS, *(name for name in names if name not in (*SPOTTERS, BASELINE))]
    return {BASELINE: INK, **dict(zip(spotters, sns.color_palette("colorblind", len(spotters))))}


def plot_readings(shown: Mapping[str, Reading], marks: Mapping[str, Mapping[str, int]]):
    """The curves of all spotters, each as a share of its own peak; one panel a sequence.

    marks   by the same names, labelled frame numbers that become vertical lines
    """
    figure, axes = plt.subplots(
        1,
        len(shown),
        figsize=(4.6 * len(shown), 3.1),
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for axis, (name, reading) in zip(axes.flat, shown.items()):
        colour_of = colours(reading.curves)
        for spotter, curve in reading.curves.items():
            axis.plot(
                reading.numbers,
                curve / max(curve.max(), 1e-9),
                "o-",
                color=colour_of[spotter],
                ms=3,
                lw=1.4,
                label=spotter,
            )
        for line, (mark, number) in zip(("-", "--", ":"), marks[name].items()):
            axis.axvline(number, color=INK, ls=line, lw=1.2, label=mark)
        axis.set(xlabel="frame, 5 ms each", title=name)
    axes[0, 0].set_ylabel("share of its peak")
    axes[0, -1].legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


def plot_errors(found: list[Record], answers: Mapping[str, np.ndarray], apexes, against: str):
    """Mean errors with their intervals, against each kind of apex; and all errors against one.

    found     what `records` gives, of one or more kinds of apex
    against   the kind that `apexes` are
    """
    rows = [record for record in found if record.metric == "mae_frames"]
    kinds = list(dict.fromkeys(record.protocol for record in rows))
    names = list(answers)
    colour_of = colours(names)
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(9.4, 0.42 * len(names) + 1.4), layout="constrained"
    )
    for record in rows:
        kind = kinds.index(record.protocol)
        y = names.index(record.model) + 0.28 * (kind - (len(kinds) - 1) / 2)
        interval(left, record, y, colour_of[record.model], fill=not kind, marker="os"[kind % 2])
        left.annotate(
            f"{record.value:.1f}",
            (record.high, y),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=7.5,
        )
    for kind, word in enumerate(kinds):
        left.plot(
            [],
            [],
            "os"[kind % 2],
            color=INK,
            mfc="white" if kind else None,
            label=f"against {word}",
        )
    left.set(
        yticks=range(len(names)),
        yticklabels=names,
        xlim=(0, None),
        xlabel="mean absolute error, frames of 5 ms",
    )
    left.set_ylim(len(names) - 0.5, -0.6)
    left.grid(axis="y", visible=False)
    left.legend(fontsize=8, frameon=False, loc="lower right")
    for name, given in answers.items():
        sns.ecdfplot(
            np.abs(np.asarray(given) - apexes),
            color=colour_of[name],
            lw=1.8,
            ls="--" if name == BASELINE else "-",
            label=name,
            ax=right,
        )
    right.set(
        xlabel=f"error against {against}, frames",
        ylabel="share of sequences",
        xlim=(0, 30),
        title="Apex found within … frames",
    )
    right.legend(fontsize=8, frameon=False, loc="lower right")
    return figure
