"""How far spotters are from the apex, in frames, and what each saves against the midpoint."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns

from mer.core.errors import BadData
from mer.evaluation import metrics
from mer.plots import INK
from mer.preprocessing.apex import Reading

BASELINE = "midpoint"
NEAR = 4  # frames: 20 ms, so little that the motion is as good as at its peak


def records(
    answers: Mapping[str, np.ndarray], apexes, subjects, against: str, bootstrap: int = 1000
) -> list[dict]:
    """Metrics records of every spotter's answers (N,) against the apexes (N,).

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
    level = 1 - 0.05 / max(len(errors) - 1, 1)
    found = []
    for name, error in errors.items():
        head = {"model": name, "protocol": against}
        found += [
            {**head, "metric": metric, **metrics.mean_with_interval(values, subjects, bootstrap)}
            for metric, values in (("mae_frames", error), ("hit_rate", error <= NEAR))
        ]
        if name != BASELINE:
            ours, theirs = _resampled(error, base, subjects, bootstrap)
            less = {"n": len(error), "value": float(error.mean() - base.mean())}
            saved = {"n": len(error), "value": float(_saved(error.mean(), base.mean()))}
            for metric, record, drawn in (
                ("mae_difference", less, ours - theirs),
                ("mae_saved", saved, _saved(ours, theirs)),
            ):
                edges = dict(zip(("low", "high"), metrics.interval(drawn, level)))
                found.append(
                    {**head, "model": f"{name} - {BASELINE}", "metric": metric, **record, **edges}
                )
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


def summary(found: list[dict]) -> pd.DataFrame:
    """One row a spotter, one column a metric and what it was held against."""
    rows = pd.DataFrame(found)
    rows["spotter"] = rows.model.str.removesuffix(f" - {BASELINE}")
    rows["text"] = [_text(record) for record in found]
    names = {
        "mae_frames": "error, frames",
        "hit_rate": f"within {NEAR} frames",
        "mae_saved": f"less than the {BASELINE}'s",
    }
    rows = rows[rows.metric.isin(names)]
    wide = rows.pivot(index="spotter", columns=["protocol", "metric"], values="text")
    order = [(protocol, metric) for protocol in rows.protocol.unique() for metric in names]
    wide = wide.loc[rows.spotter.unique(), order].rename(columns=names).fillna("–")
    return wide.rename_axis(index=None, columns=(None, None))


def sentence(found: list[dict], against: str) -> str:
    """What the comparison says: the nearest spotter, its error, and what it saves."""
    error, saved = (
        {
            r["model"].split(" - ")[0]: r
            for r in found
            if (r["metric"], r["protocol"]) == (metric, against)
        }
        for metric in ("mae_frames", "mae_saved")
    )
    best = min(saved, key=lambda name: error[name]["value"])
    one, base, gain = error[best], error[BASELINE], saved[best]
    told = "less" if gain["low"] > 0 else "not told from the baseline"
    return (
        f"Against {against}, the nearest spotter is '{best}': {one['value']:.1f} frames "
        f"[{one['low']:.1f}, {one['high']:.1f}] off, where the {BASELINE} is "
        f"{base['value']:.1f}; {gain['value']:.0%} [{gain['low']:.0%}, {gain['high']:.0%}] "
        f"{told}."
    )


def _text(record: dict) -> str:
    form = ".1f" if record["metric"].startswith("mae_frames") else ".0%"
    return "{value:{f}} [{low:{f}}, {high:{f}}]".format(f=form, **record)


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
        colours = sns.color_palette("colorblind", len(reading.curves))
        for colour, (spotter, curve) in zip(colours, reading.curves.items()):
            axis.plot(
                reading.numbers,
                curve / max(curve.max(), 1e-9),
                "o-",
                color=colour,
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


def plot_errors(found: list[dict], answers: Mapping[str, np.ndarray], apexes, against: str):
    """Mean errors with their intervals, against each kind of apex; and all errors against one.

    found     what `records` gives, of one or more kinds of apex
    against   the kind that `apexes` are
    """
    rows = [record for record in found if record["metric"] == "mae_frames"]
    kinds = list(dict.fromkeys(record["protocol"] for record in rows))
    names = list(answers)
    colours = dict(zip(names, sns.color_palette("colorblind", len(names))))
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(9.4, 0.42 * len(names) + 1.4), layout="constrained"
    )
    for record in rows:
        kind = kinds.index(record["protocol"])
        y = names.index(record["model"]) + 0.28 * (kind - (len(kinds) - 1) / 2)
        left.plot(
            [record["low"], record["high"]], [y, y], color=colours[record["model"]], lw=2, alpha=0.6
        )
        left.plot(
            record["value"],
            y,
            "os"[kind % 2],
            color=colours[record["model"]],
            ms=5.5,
            mfc="white" if kind else None,
        )
        left.annotate(
            f"{record['value']:.1f}",
            (record["high"], y),
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
            color=colours[name],
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
