"""Every conclusion of the notebooks follows its records: flip their signs, and it says otherwise.

A conclusion is made by a function of `mer` that gives words, by a record itself
(`Record.verdict`), or by a cell that chooses between two wordings. The first two tests find all of
them in the notebooks; the others hold each against records of either sign, and of none.
"""

import ast
import contextlib
import importlib
import inspect
import io
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pandas as pd
import pytest
from support.by_hand import tree
from support.factories import difference, record

from mer.evaluation.records import Record
from mer.experiments import (
    ablation,
    apex_errors,
    apex_shift,
    fitting,
    flow_accuracy,
    flow_choices,
    identity_probe,
    input_size,
    leak_bonds,
    learning_curves,
    rare_classes,
    real_flows,
    synthetic_audit,
    telling_apart,
)

CHECKOUT = Path(__file__).resolve().parents[2]
NOTEBOOKS = {
    path.stem: nbformat.read(path, as_version=4)
    for path in sorted((CHECKOUT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
}
UP, DOWN, NONE = 1, -1, 0


def gap(sign, model="new - old", metric="uar", **other):
    """A difference that is told in this direction, or, with no sign, that is not told."""
    value = 0.1 * sign
    low, high = (value - 0.05, value + 0.05) if sign else (-0.1, 0.1)
    return difference(value, low, high, metric, model, **other)


def spotters(sign):
    errors = [
        record(value, value, value, "mae_frames", model, protocol="truth")
        for model, value in (("good", 5 - 2 * sign), ("midpoint", 5))
    ]
    saved = gap(sign, "good - midpoint", protocol="truth")
    return [*errors, Record(**{**vars(saved), "metric": "mae_saved"})]


def learnt(sign):
    """A stream's UAR above, at or below a chance of 0.5; and its fit."""
    value = 0.5 + 0.1 * sign
    score = record(value, value - 0.05, value + 0.05, "uar", "flow, 24 people")
    return [score, record(1.0, metric="training_accuracy", model="flow, 24 people")]


def judged(sign):
    """Errors of two methods where skin moves; the first is the faster one."""
    error = {"new": 1.0 - 0.5 * sign, "old": 1.0}
    return pd.DataFrame(
        {
            "method": method,
            "subject": f"s{person}",
            "pair": f"s{person}",
            "region": region,
            "error": value,
            "size": 1.0,
            "milliseconds": {"new": 5.0, "old": 9.0}[method],
        }
        for method, value in error.items()
        for person in range(6)
        for region in ("all", "moving")
    )


def rare(sign):
    return [gap(sign, "new - plain", metric) for metric in ("recall_sadness", "uar", "uf1")]


# By function: the sentence for either sign and none, and words that only one of the three has.
HELD = {
    "Record.verdict": (
        lambda s: gap(s).verdict(),
        ("new is better than old", "old is better than new", "cannot be told apart"),
    ),
    "ablation.sentence": (
        lambda s: ablation.sentence([gap(s)]),
        ("Different from old: new (UAR +", "Different from old: new (UAR -", "No setting can be"),
    ),
    "apex_errors.sentence": (
        lambda s: apex_errors.sentence(spotters(s), "truth"),
        ("] less than", "] more than", "not told"),
    ),
    "apex_shift.practical": (
        lambda s: apex_shift.practical([gap(s, f"{apex_shift.both('midpoint')} - annotated")]),
        ("is better than", "pays for it", "cannot be told from"),
    ),
    "apex_shift.with_truth": (
        lambda s: apex_shift.with_truth([gap(s, f"{apex_shift.both('true apex')} - annotated")]),
        ("apexes is better", "apexes is worse", "cannot be told from"),
    ),
    "fitting.sentence": (
        lambda s: fitting.sentence(learnt(s), 0.5),
        ("better than guessing", "than a guess would", "cannot be told from guessing"),
    ),
    "flow_accuracy.standing": (
        lambda s: flow_accuracy.standing(judged(s), "old", "new", 50),
        ("+0.500", "-0.500", "+0.000"),
    ),
    "flow_choices.of_wrong_mirror": (
        lambda s: flow_choices.of_wrong_mirror([gap(s, f"{flow_choices.CHOICES[-1]} - farneback")]),
        ("without sign helps,", "costs score", "is not told"),
    ),
    "identity_probe.sentence": (
        lambda s: identity_probe.sentence(learnt(s)[0], 2),
        ("does not remove", None, None),
    ),
    "leak_bonds.sentence": (
        lambda s: leak_bonds.sentence(
            [gap(s, "flow, random split - flow, people held out")], "flow"
        ),
        ("a leak", "a loss", "no leak can be told"),
    ),
    "leak_bonds.control": (
        lambda s: leak_bonds.control(learnt(s), 0.5),
        ("more than guessing (0.50): it has", None, None),
    ),
    "input_size.enough": (
        lambda s: input_size.enough([gap(s, model="flow, 40 px - flow, 16 px")]),
        ("not enough", "less is told with 40 px", "may be enough"),
    ),
    "learning_curves.answer": (
        lambda s: learning_curves.answer(learnt(s), "flow", 0.5),
        ("tells the emotion", None, None),
    ),
    "learning_curves.help_of_mixing": (
        lambda s: learning_curves.help_of_mixing([gap(s, "ensemble, 24 people - flow, 24 people")]),
        ("helps from 24", "is worse with 24", None),
    ),
    "rare_classes.recommendation": (
        lambda s: rare_classes.recommendation(rare(s), "sadness"),
        ("use new", None, None),
    ),
    "real_flows.against": (
        lambda s: real_flows.against([gap(s)], ["old"]),
        ("better than old", "worse than old", "not told from old"),
    ),
    "synthetic_audit.bar": (
        lambda s: synthetic_audit.bar(record(0.75 + 0.1 * s), 0.75, "a network"),
        (None, "not met by", None),
    ),
    "synthetic_audit.conclusion": (
        lambda s: synthetic_audit.conclusion([("2 right motion", "0", str(s), s >= 0)]),
        (None, "Did not hold: 2 right motion", None),
    ),
    "synthetic_audit.shortcuts": (
        lambda s: synthetic_audit.shortcuts([learnt(s)[0]], 0.5),
        ("be more than guessing", "be less than guessing", "No leak is told"),
    ),
    "synthetic_audit.gap_sentence": (
        lambda s: synthetic_audit.gap_sentence(0.75 + 0.23 * s),
        ("nearly always knows", "hardly more than guessing", "better than by guessing"),
    ),
    "telling_apart.matters_more": (
        lambda s: telling_apart.matters_more(
            record(0.1, 0.08, 0.12, "uar_bias"),
            record(0.1 + 0.05 * s, 0.09 + 0.05 * s, 0.11 + 0.05 * s, "uar_spread"),
        ),
        ("matters more than the bias", "The bias matters more", "cannot be told"),
    ),
    "telling_apart.falls_as_expected": (
        lambda s: telling_apart.falls_as_expected(
            [
                (24, record(0.2, 0.1, 0.3)),
                (96, record(0.1 + 0.1 * s, 0.05 + 0.1 * s, 0.15 + 0.1 * s)),
            ]
        ),
        (None, None, "which the interval holds"),
    ),
}
# These give numbers and no direction: there is nothing in them that could turn.
NUMBERS = {
    "Record.phrase",
    "Record.text",
    "cost_growth.sentences",
    "guessing.results",  # scores, and with a reader's answers `Record.verdict`
    "leak_bonds.knowing_people",
    "moving_head_figures.sentence",
}
NAMES = {  # of settings, metrics, methods and classes
    "apex_shift.both", "apex_shift.moved", "records.label", "rare_classes.best",
    "rare_classes.rarest",
}  # fmt: skip


@cache
def imported(name):
    """What a notebook has from `mer`, by the name it has there."""
    found = {}
    for cell in NOTEBOOKS[name].cells:
        for line in tree(cell).body if cell.cell_type == "code" else ():
            if isinstance(line, ast.ImportFrom) and line.module.split(".")[0] == "mer":
                for one in line.names:
                    with contextlib.suppress(ImportError):  # what is no module is in the module
                        importlib.import_module(f"{line.module}.{one.name}")
                    module = importlib.import_module(line.module)
                    found[one.asname or one.name] = getattr(module, one.name)
    return found


def worded():
    """Functions of mer that notebooks call and that give words, as "module.function"."""
    for name, notebook in NOTEBOOKS.items():
        for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
            for node in ast.walk(tree(cell)):
                if not isinstance(node, ast.Call):
                    continue
                function = node.func
                if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
                    module = imported(name).get(function.value.id)
                    found = getattr(module, function.attr, None)
                else:
                    found = imported(name).get(getattr(function, "id", None))
                if isinstance(function, ast.Attribute) and _says(getattr(Record, function.attr, 0)):
                    yield f"Record.{function.attr}"
                elif _says(found):
                    yield f"{found.__module__.rpartition('.')[2]}.{found.__name__}"


def _says(thing) -> bool:
    return inspect.isfunction(thing) and thing.__annotations__.get("return") == "str"


def test_every_function_that_words_a_conclusion_is_held_here():
    assert set(worded()) - NAMES == set(HELD) | NUMBERS


@pytest.mark.parametrize("name", sorted(HELD))
def test_it_says_otherwise_with_the_signs_flipped(name):
    make, words = HELD[name]
    said = [make(sign) for sign in (UP, DOWN, NONE)]
    for place, word in enumerate(words):
        if word:
            assert [word in text for text in said] == [i == place for i in range(3)], said


@pytest.mark.parametrize(
    "name",
    ["ablation.sentence", "apex_shift.practical", "input_size.enough", "leak_bonds.sentence",
     "learning_curves.help_of_mixing"],
)  # fmt: skip
def test_people_who_all_say_the_same_tell_nothing(name, monkeypatch):
    """An interval without a width is no promise that the smallest difference would be told."""
    none = {"value": 0.0, "low": 0.0, "high": 0.0}
    monkeypatch.setitem(globals(), "gap", lambda _, model="new - old": difference(
        *none.values(), "uar", model
    ))  # fmt: skip
    said = HELD[name][0](NONE)
    assert "is not known" in said and "0.000 could" not in said and "than 0.000" not in said


@pytest.mark.parametrize("name", sorted(HELD))
def test_no_sentence_says_more_than_is_told(name):
    """Where nothing is told, no word of the sentence for a gain or a loss is left."""
    make, words = HELD[name]
    nothing = make(NONE)
    assert not any(word and word in nothing for word in words[:2])


# Cells that choose between two wordings, run on made-up results.


def chooses(cell) -> bool:
    """Whether a cell prints, and a condition decides between words of it."""
    nodes = list(ast.walk(tree(cell)))
    prints = any(isinstance(n, ast.Call) and getattr(n.func, "id", "") == "print" for n in nodes)
    return prints and any(
        isinstance(n, ast.IfExp) and all(map(_words, (n.body, n.orelse))) for n in nodes
    )


def _words(node):
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def printed(cell_id, **given):
    """What a cell prints, run with these names alone."""
    cells = [c for notebook in NOTEBOOKS.values() for c in notebook.cells if c.id == cell_id]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(cells[0].source, cell_id, "exec"), given)
    return said.getvalue()


def readers(sign):
    """A reader that looks, above or below one that does not, by both scores."""
    scores = {"whole flow": 0.5 + 0.1 * sign, "largest class": 0.5}
    given = [record(v, metric=m, model=k) for k, v in scores.items() for m in ("accuracy", "uar")]
    classes = SimpleNamespace(classes=["a", "b"])
    return printed("04-24", records=given, PARTS={"whole flow": [0]}, data=classes)


def ways(sign):
    """Two readers whose order is the same by all ways to average, or not."""
    values = {"always right": [1, 1, 0.5], "a": [0.6, 0.6, 0.3], "b": [0.5, 0.5 + 0.2 * sign, 0.2]}
    table = pd.DataFrame.from_dict(values, orient="index")
    table.columns = ["pooled", "averaged, absent left out", "averaged, absent is 0"]
    base = pd.DataFrame({"subject": ["s0", "s1"], "emotion": ["a", "b"]})
    return printed("04-30", base=base, ways=table, data=SimpleNamespace(classes=["a", "b"]))


def overlapping(sign):
    """Two readers whose intervals overlap, and whose difference is told, or not."""
    table = pd.DataFrame(
        {"one": ["whole flow"], "other": ["strain"], "intervals overlap": True, "told": sign != 0}
    )
    return printed("04-47", table=table, gaps={("whole flow", "strain"): gap(sign)})


def transfer(sign):
    model = real_flows.SYNTHETIC.label
    tested = [record(0.75 + 0.1 * sign, model=name) for name in (model, f"{model}, averaged")]
    nothing = SimpleNamespace(figure=lambda *_: None, confusions=lambda _: None)
    counts = SimpleNamespace(confusion=lambda _: None)
    return printed(
        "11-37", real=True, tested=tested, real_flows=real_flows, judged=[], run=nothing,
        plots=nothing, metrics=counts, averaged=None, synthetic_audit=synthetic_audit,
    )  # fmt: skip


PROFILE = SimpleNamespace(profile=SimpleNamespace(bootstrap=10))


def aim(sign):
    scored = SimpleNamespace(
        evaluate=lambda *_: [None, record(0.83 + 0.01 * sign)],
        paired_difference=lambda *_: [None, gap(sign, metric="uf1")],
    )
    return printed("12-20d", metrics=scored, run=PROFILE, tables={"chosen": None, "linear": None})


def price(sign):
    scored = SimpleNamespace(evaluate=lambda *_: [None, record(model="linear")])
    costs = [
        record(1.0, metric="seconds", model="linear"),
        record(100 + 50 * sign, metric="seconds", model="ststnet"),
    ]
    tables = {"linear": None, "chosen": None}
    return printed("12-34b", costs=costs, metrics=scored, run=PROFILE, tables=tables)


def bias(sign):
    value = 0.1 * sign
    stub = SimpleNamespace(
        bias=lambda *_: record(value, value - 0.05, value + 0.05, "uar_bias"),
        spread=lambda *_: record(0.1, 0.09, 0.11, "uar_spread"),
        coverage=lambda _: record(0.9, metric="coverage"),
        matters_more=telling_apart.matters_more,
    )
    return printed("16-13", telling_apart=stub, of=None, LOSO="loso")


CELLS = {
    "04-24": (readers, ("1 have a higher UAR (whole flow)", "0 have a higher UAR (none)")),
    "04-30": (ways, ("b change places", "happens to be the same")),
    "04-47": (overlapping, ("tells 1: whole flow and strain", "happens to hide nothing")),
    "11-37": (transfer, ("is met by", "not met by")),
    "12-20d": (aim, ("0.83 is reached", "0.83 is not reached, 0.010 short")),
    "12-34b": (price, ("(at most 1/100)", "(more than 1/100)")),
    "16-13": (bias, ("has a bias that can be told", "has no bias that can be told")),
}


def test_every_cell_that_chooses_its_words_is_held_here():
    cells = [c for n in NOTEBOOKS.values() for c in n.cells if c.cell_type == "code" and chooses(c)]
    unworded = {"09-26"}  # says whether there is a truth, which is no conclusion
    assert {cell.id for cell in cells} - unworded <= set(CELLS)
    assert len(cells) >= len(CELLS) - 1  # 04-24 has its words from a list


@pytest.mark.parametrize("cell", sorted(CELLS))
def test_a_cell_says_otherwise_of_other_results(cell):
    make, (first, second) = CELLS[cell]
    other = NONE if cell in ("04-47", "16-13") else DOWN
    said = make(UP), make(other)
    assert first in said[0] and second not in said[0]
    assert second in said[1] and first not in said[1]
