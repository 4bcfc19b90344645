"""How far spotters are from the apex, in frames, and what each saves against the midpoint."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mer.core.errors import BadData
from mer.evaluation import metrics

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
