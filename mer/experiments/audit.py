"""Who is misread: groups of the examination's strangers held against each other.

Who a stranger is, is known, and all of them act by the same statistics: what differs between two
groups is due to the reader or to chance. The questions stand here, fixed before any score.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from mer.core.errors import BadData, MerError
from mer.core.style import INK, PALE, SURE, UNSURE
from mer.evaluation import metrics, scores
from mer.evaluation.records import Record, joint_level
from mer.experiments.plots import interval
from mer.people.identity import identity

QUESTIONS = (  # the first of each pair minus the second
    ("dark skin", "light skin"),
    ("women", "men"),
    ("29 and older", "below 29"),
    ("glasses", "no glasses"),
    ("beard", "no beard"),
)
MATTERS = 0.05  # the least difference of UAR that is worth a sentence
LEAST = 5  # people of a group; of fewer nothing is asked
_STREAM = 2  # the first random stream that draws people of a group


def people(subjects) -> pd.DataFrame:
    """Who the strangers of these names are.

    Parameters
    ----------
    subjects : iterable of str
        Such as "2000000-sub01"; others raise `BadData`, and so does nobody.

    Returns
    -------
    DataFrame
        By subject: tone (0 light to 1 dark), female, age in years, glasses, beard (bool).

    Examples
    --------
    >>> from mer.experiments import audit
    >>> audit.people(["2000000-sub01"]).columns.tolist()
    ['tone', 'female', 'age', 'glasses', 'beard']
    """
    rows = {}
    for subject in sorted(set(subjects)):
        cast, _, name = str(subject).partition("-")
        try:
            who = identity(int(cast), name)
        except (ValueError, MerError) as error:
            raise BadData(
                f"audit: {subject!r} is no stranger, whose names are like 2000000-sub01. "
                "Select the rows of the protocol 'examination'."
            ) from error
        rows[subject] = (who.tone, who.female, who.age, who.glasses != "none", who.beard != "none")
    if not rows:
        raise BadData(
            "audit: no strangers. A run has them where its people can be rendered: "
            "run `mer study` on synthetic people."
        )
    columns = ["tone", "female", "age", "glasses", "beard"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def groups(who: pd.DataFrame) -> dict[str, pd.Series]:
    """By the names of `QUESTIONS`, who belongs to the group: skin in thirds of the scale, age by
    the middle of the range, beards among men only, for a bearded woman is nobody's counterpart."""
    men = ~who.female
    return {
        "dark skin": who.tone >= 2 / 3,
        "light skin": who.tone < 1 / 3,
        "women": who.female,
        "men": men,
        "29 and older": who.age >= 29,
        "below 29": who.age < 29,
        "glasses": who.glasses,
        "no glasses": ~who.glasses,
        "beard": who.beard & men,
        "no beard": ~who.beard & men,
    }


def records(
    table: pd.DataFrame, who: pd.DataFrame, bootstrap: int = 4000, comparisons: int = len(QUESTIONS)
) -> list[Record]:
    """UAR and recalls of each group, and their differences.

    Parameters
    ----------
    table : DataFrame
        Test rows of one model under one protocol, perhaps with several seeds.
    who : DataFrame
        What `people` gives; somebody of the table who is missing raises `BadData`, and so does
        an emotion that a group does not show.
    bootstrap : int
        Resamples: of the people of each group by themselves, and of the seeds for both together.
    comparisons : int
        How many differences of UAR err in no more than 5 % together; those of the recalls are as
        many times more as there are emotions, and their intervals are wider.

    Returns
    -------
    list of Record
        For each group "uar" and "recall_<emotion>", with 95 % intervals; for each question the
        same as "..._difference", model "dark skin - light skin". A question of which a group has
        fewer than `LEAST` people is left out.
    """
    scores.single_split(table)
    head = metrics.head(table)
    told = {"protocol": f"{head['protocol']}, {head['model']}", "seeds": head["seeds"]}
    counts = metrics.confusion_by_subject(table)
    emotions = [column[2:] for column in scores.class_columns(table)]
    belongs = _members(np.unique(table.subject), who)
    found = []
    for number, pair in enumerate(QUESTIONS):
        if min(belongs[name].sum() for name in pair) < LEAST:
            continue
        sides = []
        for side, name in enumerate(pair):
            mine = counts[:, belongs[name]]
            _all_shown(mine, emotions, name)
            sides.append(_drawn(mine, emotions, bootstrap, _STREAM + 2 * number + side))
            for metric, (value, samples) in sides[-1].items():
                low, high = metrics.interval(samples)
                found.append(Record(**told, model=name, metric=metric, n=int(mine[0].sum()),
                                    value=value, low=low, high=high))  # fmt: skip
        n = int(counts[0, belongs[pair[0]] | belongs[pair[1]]].sum())
        for metric, (value, samples) in sides[0].items():
            other, others = sides[1][metric]
            level = joint_level(comparisons * (1 if metric == "uar" else len(emotions)))
            low, high = metrics.interval(samples - others, level)
            found.append(Record(**told, model=" - ".join(pair), metric=f"{metric}_difference", n=n,
                                value=value - other, low=low, high=high))  # fmt: skip
    return found


def _members(subjects: np.ndarray, who: pd.DataFrame) -> dict[str, np.ndarray]:
    missing = sorted(set(subjects) - set(who.index))
    if missing:
        raise BadData(
            f"audit: nothing is known of {', '.join(missing[:3])} ({len(missing)} people). "
            "Give people() of the table's subjects."
        )
    return {name: one.to_numpy(bool) for name, one in groups(who.loc[subjects]).items()}


def _all_shown(counts: np.ndarray, emotions: list[str], group: str) -> None:
    lost = [one for one, n in zip(emotions, counts.sum((0, 1, 3))) if not n]
    if lost:
        raise BadData(
            f"audit: nobody of the group {group!r} shows {', '.join(lost)}, so its UAR is "
            "of other emotions than that of others. Give a table in which each group shows all."
        )


def _drawn(counts, emotions, bootstrap: int, stream: int) -> dict[str, tuple[float, np.ndarray]]:
    """By metric its value, and those of the resamples, of counts (seeds, people, true, said)."""
    weights = metrics.bootstrap_weights(counts.shape[1], bootstrap, stream)
    seeds = metrics.bootstrap_weights(len(counts), bootstrap, 1) / len(counts)
    values = _measures(counts.sum(1), emotions)
    samples = _measures(np.einsum("bs,kstp->bktp", weights, counts), emotions)
    return {name: (float(values[name].mean()), (samples[name] * seeds).sum(1)) for name in values}


def _measures(counts: np.ndarray, emotions: list[str]) -> dict[str, np.ndarray]:
    with np.errstate(invalid="ignore"):
        recall = np.diagonal(counts, axis1=-2, axis2=-1) / counts.sum(-1)
    by_emotion = {f"recall_{one}": recall[..., i] for i, one in enumerate(emotions)}
    return {"uar": metrics.from_confusion(counts)["uar"], **by_emotion}


def misread(table: pd.DataFrame, subjects, share: float, seed: int = 0) -> pd.DataFrame:
    """The table as if these people were misread: of what was read rightly of them, this share is
    given the answers of another class. What an audit should find, to see that it would."""
    spoilt = table.copy()
    columns = scores.class_columns(table)
    drawn = np.random.default_rng(seed).random(len(table)) < share
    hit = (table.subject.isin(set(subjects)) & scores.right(table) & drawn).to_numpy()
    values = table[columns].to_numpy()
    values[hit] = np.roll(values[hit], 1, axis=1)
    spoilt[columns] = values
    return spoilt


def of_metric(found: list[Record], metric: str) -> list[Record]:
    """The records of one metric."""
    return [record for record in found if record.metric == metric]


def sentence(found: list[Record]) -> str:
    """Who is misread, as far as it is told; and of the others, whether a difference that matters
    is ruled out or still open."""
    asked = of_metric(found, "uar_difference")
    if not asked:
        return f"Nothing could be asked: each group needs {LEAST} people at least."
    told = sorted((r for r in asked if r.excludes_zero), key=lambda r: -abs(r.value))
    said = [f"{_worse(r)} ({r.phrase()})" for r in told]
    lines = [
        f"Misread more often: {'; '.join(said)}."
        if told
        else f"In none of {len(asked)} questions is a group told to be misread more often."
    ]
    rest = [r for r in asked if not r.excludes_zero]
    safe = [r for r in rest if _possible(r) < MATTERS]
    still = sorted((r for r in rest if _possible(r) >= MATTERS), key=lambda r: -_possible(r))
    if safe:
        lines.append(f"A difference of {MATTERS} is ruled out for {_listed(safe)}.")
    if still:
        lines.append(
            f"Neither told nor ruled out: {_listed(still)}; of the first it may be as large as "
            f"{_possible(still[0]):.2f}."
        )
    few = [f"{a} and {b}" for a, b in QUESTIONS if f"{a} - {b}" not in {r.model for r in asked}]
    if few:
        lines.append(f"Too few people to ask: {', '.join(few)}.")
    return " ".join(lines)


def _worse(record: Record) -> str:
    one, two = record.models
    return f"{one} than {two}" if record.sign < 0 else f"{two} than {one}"


def _possible(record: Record) -> float:
    return max(abs(record.low), abs(record.high))


def _listed(found: list[Record]) -> str:
    return ", ".join(" and ".join(r.models) for r in found)


def plot(found: list[Record], title: str = "Who is misread?"):
    """UAR of each group, and the difference of each question with its joint interval; grey is what
    would not matter, and one that is told is coloured."""
    asked = of_metric(found, "uar_difference")
    if not asked:
        raise MerError("audit: nothing to draw, since no group has enough people")
    of = {r.model: r for r in of_metric(found, "uar")}
    names = [name for r in asked for name in r.models]
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(9, 0.42 * len(names) + 1.2), sharey=True, layout="constrained"
    )
    for y, name in enumerate(names):
        interval(left, of[name], y, INK, f"{of[name].value:.2f}")
    right.axvspan(-MATTERS, MATTERS, color=PALE, alpha=0.5, lw=0)
    right.axvline(0, color=INK, ls=":", lw=1)
    for i, record in enumerate(asked):
        colour = SURE if record.excludes_zero else UNSURE
        interval(right, record, 2 * i + 0.5, colour, f"{record.value:+.2f}")
        if i:
            for axis in (left, right):
                axis.axhline(2 * i - 0.5, color=PALE, lw=1)
    left.set(yticks=range(len(names)), yticklabels=names, xlabel="UAR, strangers")
    left.set_ylim(len(names) - 0.4, -0.9)
    right.set(xlabel="UAR of the upper group minus that of the lower")
    for axis in (left, right):
        axis.locator_params(axis="x", nbins=6)
        axis.grid(axis="y", visible=False)
    figure.suptitle(title, fontsize=11, fontweight="bold")
    return figure
