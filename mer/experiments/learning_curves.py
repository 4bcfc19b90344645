"""How many people does it take? Scores on strangers, against the people that were learned from.

Networks learn from the first 24, 48, 96 … people of a crowd, and are all examined on the same
strangers. Each seed deals the crowd anew, so that an interval holds the luck of whom one happens
to learn from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import NullLocator

from mer.core.errors import MerError
from mer.core.style import INK
from mer.evaluation import ensemble, metrics, scores
from mer.evaluation.protocols import Fold
from mer.evaluation.records import Record, joint_level
from mer.experiments import ablation, examination, fitting, strangers
from mer.experiments.ablation import Setting
from mer.experiments.examination import Examination
from mer.experiments.fitting import FITS
from mer.learning.inputs import Inputs, concat
from mer.learning.training import Recipe
from mer.people import roles

MIXED = "ensemble"
_COLOURS = {"apex": "#3b7dd8", "difference": "#e9a820", "flow": "#e2603f", MIXED: "#7d5ba6"}
_PART = "validation"  # fold of those who teach the ensemble's weights


def people(run, exam: Examination) -> tuple[dict[str, Inputs], ...]:
    """Who learns, who teaches the ensemble its weights, and who is examined.

    Parameters
    ----------
    run : Run
        Of whose profile the fields `curve_…` are used.
    exam : Examination

    Returns
    -------
    crowd, validation, examined : dict of Inputs
        By kind: "apex", "flow", "difference". Nobody is in two of them.
    """
    asked, size, classes = run.profile, run.profile.curve_size, run.source.classes
    largest = max(asked.curve_people)
    everybody = roles.crowd(
        "training", largest + asked.curve_validation, asked.curve_pairs, run.seed, classes
    )
    made = strangers.learners(run.path("crowd"), everybody, size, classes, run.quiet)
    names = [role.name for role in everybody]
    crowd, validation = (
        {kind: one.take(np.isin(one.subjects, part)) for kind, one in made.items()}
        for part in (names[:largest], names[largest:])
    )
    changes = exam.each(strangers.difference, size=size)
    examined = {kind: exam.inputs(kind, size) for kind in ("apex", "flow")}
    examined["difference"] = strangers.difference_inputs(changes, exam.sequences, classes)
    return crowd, validation, examined


def trainings(
    recipes: dict[str, Recipe],
    crowd: dict[str, Inputs],
    validation: dict[str, Inputs],
    examined: dict[str, Inputs],
    sizes: tuple[int, ...],
    seed: int,
) -> list[Setting]:
    """A training for each kind of input and number of people; they test the others, all of them.

    Parameters
    ----------
    recipes : dict of Recipe
        By kind of input, for the smallest crowd; what larger ones get is said by `epochs`.
    crowd, validation, examined : dict of Inputs
        As `people` gives them.
    sizes : tuple of int
        Numbers of people, of `crowd`; more than there are raise `MerError`.
    seed : int
        Deals the crowd: smaller sizes hold the first people of larger ones.

    Returns
    -------
    list of Setting
        Named "<kind>, <n> people".
    """
    found = []
    for kind, recipe in recipes.items():
        everybody = concat(crowd[kind], validation[kind], examined[kind])
        test = np.arange(len(crowd[kind]), len(everybody))
        chosen = {size: first(crowd[kind].subjects, size, seed) for size in sizes}
        for size, train in chosen.items():
            one = replace(
                recipe,
                label=f"{kind}, {size} people",
                epochs=epochs(recipe.epochs, len(chosen[min(sizes)]), len(train)),
            )
            fold = Fold(examination.PROTOCOL, "strangers", train, test)
            found.append(Setting(one, everybody, [fold]))
    return found


def first(subjects: np.ndarray, size: int, seed: int) -> np.ndarray:
    """Positions of the sequences of `size` people, dealt by the seed."""
    names = np.unique(subjects)
    if size > len(names):
        raise MerError(f"learning curve: {size} people are asked for, the crowd has {len(names)}")
    dealt = np.random.default_rng(seed).permutation(names)
    return np.flatnonzero(np.isin(subjects, dealt[:size]))


def epochs(of_few: int, few: int, many: int) -> int:
    """Passes over `many` sequences, where `few` have `of_few`: sixteen times as many get half.

    Equally many steps would not fit a large crowd, and equally many passes cost most where they
    are needed least. Chosen by accuracy on training people alone.
    """
    return max(1, round(of_few * (few / many) ** 0.25))


def run(
    recipes: dict[str, Recipe],
    groups: tuple[dict[str, Inputs], ...],
    sizes: tuple[int, ...],
    seeds: list[int],
    parts,
    quiet: bool = False,
) -> tuple[dict[str, pd.DataFrame], list[Record]]:
    """Train all of it, and mix apex and flow at each size.

    Parameters
    ----------
    recipes, sizes
        As for `trainings`.
    groups
        What `people` gives.
    seeds : list of int
    parts : Path
        Folder for finished trainings, as in `cross_validate`.
    quiet : bool

    Returns
    -------
    dict of DataFrame
        By name, the score tables of the strangers; "ensemble, <n> people" among them, whose
        temperatures and weight were learned from the people of validation.
    list of Record
        `training_accuracy` of each network.
    """
    parts_of: dict[str, list[pd.DataFrame]] = {}
    for seed in seeds:
        # The longest trainings first: no core waits for one of them at the end.
        order = trainings(recipes, *groups, sorted(sizes, reverse=True), seed)
        for name, table in ablation.run(order, [], [seed], parts, quiet, with_train=True).items():
            parts_of.setdefault(name, []).append(table)
    tables = {name: pd.concat(some, ignore_index=True) for name, some in parts_of.items()}
    trained = [fitting.training_accuracy(table) for table in tables.values()]
    known = set(groups[1]["flow"].subjects)
    examined = {name: _examined(table, known) for name, table in tables.items()}
    for size in sizes:
        pair = [tables[f"{kind}, {size} people"] for kind in ("apex", "flow")]
        outer = [_examined(table, known) for table in pair]
        inner = [
            ensemble.as_inner(_tested(table, known).assign(fold=_PART), one)
            for table, one in zip(pair, outer)
        ]
        name = f"{MIXED}, {size} people"
        examined[name] = ensemble.stacked(inner, outer, name)
    return examined, trained


def _tested(table: pd.DataFrame, subjects: set) -> pd.DataFrame:
    tested = scores.select(table)
    return tested[tested.subject.isin(subjects)].reset_index(drop=True)


def _examined(table: pd.DataFrame, without: set) -> pd.DataFrame:
    return _tested(table, set(table.subject) - without)


def records(tables: dict[str, pd.DataFrame], sizes, bootstrap: int = 1000) -> list[Record]:
    """Metrics of every table, and at each size the ensemble minus the flow alone.

    The intervals of the differences hold for all sizes together (Bonferroni).
    """
    level = joint_level(len(sizes))
    found = [record for table in tables.values() for record in metrics.evaluate(table, bootstrap)]
    for size in sizes:
        pair = (tables[f"{kind}, {size} people"] for kind in (MIXED, "flow"))
        found += metrics.paired_difference(*pair, bootstrap, level)
    return found


def curve(found: list[Record], kind: str, metric: str = "uar") -> dict[int, Record]:
    """The records of one kind of input by the number of people, fewest first."""
    named = {
        int(record.models[0].removeprefix(f"{kind}, ").removesuffix(" people")): record
        for record in found
        if record.metric == metric and record.models[0].startswith(f"{kind}, ")
    }
    return dict(sorted(named.items()))


def since(line: dict[int, Record], holds: Callable[[Record], bool]) -> int | None:
    """The size from which on something holds for all larger ones too; None: not at the largest.

    One size alone may cross a line by chance; that all which follow do is rarer.
    """
    found = None
    for size in sorted(line, reverse=True):
        if not holds(line[size]):
            break
        found = size
    return found


def answer(found: list[Record], kind: str, chance: float) -> str:
    """Whether an input tells the emotion, from how many people on, and whether its networks
    fitted, in one sentence.

    found   records of `run` and `records`
    """
    line, trained = curve(found, kind), curve(found, kind, "training_accuracy")
    start, largest = since(line, lambda record: record.low > chance), max(line)
    last = f"with {largest} people {line[largest].phrase()}"
    if start:
        first_told = f"from {start} people on" + (
            f", {line[start].phrase()}" if start < largest else ""
        )
        said = f"{kind}: tells the emotion {first_told}; {last}; chance is {chance:.2f}."
    else:
        said = f"{kind}: not told from chance with {largest} people; {last}."
    unfit = [
        f"{size} ({trained[size].value:.2f})"
        for size, record in line.items()
        if trained[size].value < FITS and record.low <= chance
    ]
    if unfit:
        return (
            f"{said} With {', '.join(unfit)} people the network did not fit those it learned from "
            "(training accuracy), so its failure says nothing about the input."
        )
    accuracies = [record.value for record in trained.values()]
    said += f" Training accuracy {min(accuracies):.2f} to {max(accuracies):.2f}"
    short = [str(size) for size, record in trained.items() if record.value < FITS]
    if short:
        said += (
            f"; with {', '.join(short)} people it is below {FITS}, the line of a fit, and a "
            "network that fits might tell more"
        )
    return f"{said}."


def help_of_mixing(found: list[Record]) -> str:
    """From how many people on the ensemble is better than the flow alone, in one sentence."""
    line = curve(found, MIXED, "uar_difference")
    start = since(line, lambda record: record.sign > 0)
    if start:
        return f"The ensemble helps from {start} people on: {line[start].phrase()}."
    worse = [size for size, record in line.items() if record.sign < 0]
    same = [n for n, record in line.items() if f"{record.reach:.3f}" == "0.000" and not record.sign]
    said = f"The ensemble is not told to be better than the flow alone with {max(line)} people."
    if same:
        said += (
            f" With {', '.join(map(str, same))} people it scores as the flow alone does in every "
            "draw of the people, as a mixture does that has learned to leave the apex out; what "
            "another mixture would gain is not known."
        )
    if other := [size for size in line if size not in same]:
        most = max(other, key=lambda size: line[size].value)
        said += (
            f" The most it gains is {line[most].phrase()} with {most}; "
            f"{ablation.could_tell(line[most].reach)}."
        )
    return said + (f" It is worse with {', '.join(map(str, worse))} people." if worse else "")


def plot(found: list[Record], chance: float, title: str = "How many people does it take?"):
    """UAR on strangers, and accuracy on the people who were learned from, against their number."""
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(9.5, 3.8), width_ratios=[3, 2], layout="constrained"
    )
    for kind, colour in _COLOURS.items():
        line = curve(found, kind)
        if not line:
            continue
        sizes, values = list(line), list(line.values())
        left.plot(sizes, [r.value for r in values], "o-", color=colour, ms=5, label=kind)
        left.fill_between(
            sizes, [r.low for r in values], [r.high for r in values], color=colour, alpha=0.18
        )
        trained = curve(found, kind, "training_accuracy")
        right.plot(list(trained), [r.value for r in trained.values()], "o-", color=colour, ms=5)
    left.axhline(chance, color=INK, ls=":", lw=1)
    left.annotate(
        "chance",
        (0, chance),
        xycoords=("axes fraction", "data"),
        xytext=(3, -3),
        textcoords="offset points",
        fontsize=8,
        va="top",
    )
    right.axhline(FITS, color=INK, ls=":", lw=1)
    right.text(min(sizes), FITS - 0.03, "fits from here on", fontsize=8, va="top")
    left.set(ylabel="UAR, strangers", ylim=(0, 1.02), title=title)
    right.set(ylabel="accuracy, training people", ylim=(0, 1.05), title="Did the networks fit?")
    for axis in (left, right):
        axis.set(xscale="log", xlabel="people who were learned from")
        axis.set_xticks(sizes, [str(size) for size in sizes])
        axis.xaxis.set_minor_locator(NullLocator())
    left.legend(fontsize=8, frameon=False)
    return figure
