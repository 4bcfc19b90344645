"""The examples of docstrings and README print what they say; what users import has one."""

import doctest
import importlib
import inspect
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from mer.core.paths import PACKAGE, checkout

OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
KNOWN = {"np": np, "pd": pd}  # examples import the rest, as a user does
FACES = (
    "datasets",
    "evaluation",
    "learning",
    "people",
    "preprocessing",
    "study",
    "study.course",
    "video",
)
MODULES = sorted(
    ".".join(("mer", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)
WITH_EXAMPLE = {
    "mer": ["Run", "show"],
    "mer.datasets": ["Sequence", "Source", "open_source", "read_takes"],
    "mer.datasets.index": ["kept", "load_index"],
    "mer.preprocessing.faces": ["cut", "locate"],
    "mer.preprocessing.apex": ["curves", "midpoint", "spot"],
    "mer.preprocessing.pairs": ["load"],
    "mer.preprocessing.flow": ["colours", "compute", "endpoint_error", "onset_to_apex", "strain"],
    "mer.preprocessing.contrast": ["Contrast", "clahe"],
    "mer.evaluation": ["Record", "joint_level", "tabulate"],
    "mer.evaluation.protocols": [
        "grouped_folds",
        "leave_one_subject_out",
        "random_split",
        "shared_subjects",
        "subject_independent",
    ],
    "mer.evaluation.scores": ["average", "check", "example", "read", "select"],
    "mer.evaluation.metrics": ["confusion", "evaluate", "mean_with_interval", "paired_difference"],
    "mer.evaluation.calibration": ["records", "reliability", "temperature", "tempered"],
    "mer.evaluation.spotting": ["evaluate", "matches", "overlap"],
    "mer.evaluation.interval_tables": ["read"],
    "mer.evaluation.ensemble": ["blended", "inner_folds", "weights"],
    "mer.learning": ["Recipe", "apex_inputs", "cross_validate", "flow_inputs", "load_inputs"],
    "mer.learning.inputs": ["augment", "normalise"],
    "mer.learning.training": ["fit_and_score"],
    "mer.learning.models": ["build"],
    "mer.learning.discriminant": ["run"],
    "mer.learning.imbalance": ["class_weights", "loss"],
    "mer.people": ["build", "is_built", "record", "shots"],
    "mer.study.course": ["check"],
    "mer.video": ["Analyser", "Report", "analyse"],
}


def failures(module):
    """What the examples of a module print besides what they should, one text an example."""
    said = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=OPTIONS)
    for test in doctest.DocTestFinder().find(module, globs=KNOWN):
        runner.run(test, out=said.append)
    return said


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_are_right(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # what they write
    assert failures(importlib.import_module(name)) == []


def test_the_example_of_the_readme_is_right(tmp_path, monkeypatch):
    text = (checkout() / "README.md").read_text(encoding="utf-8")
    assert ">>> " in text
    monkeypatch.chdir(tmp_path)
    assert failures(ModuleType("readme", text)) == []


@pytest.mark.parametrize(
    "example, told",
    [(">>> 1 + 1\n3", "Got:\n    2"), (">>> nowhere", "NameError"), (">>> np.sum([1])\n2", "Got:")],
)
def test_a_wrong_example_is_found(example, told):
    (said,) = failures(ModuleType("wrong", f"Adds.\n\n{example}\n"))
    assert told in said


@pytest.mark.parametrize("module", WITH_EXAMPLE)
def test_what_users_import_has_an_example(module):
    found = importlib.import_module(module)
    without = [n for n in WITH_EXAMPLE[module] if ">>> " not in inspect.getdoc(getattr(found, n))]
    assert without == []


@pytest.mark.parametrize("face", FACES)
def test_faces_hand_on_what_they_name(face):
    room = importlib.import_module(f"mer.{face}")
    assert set(room.__all__) <= set(dir(room))
    for name in room.__all__:
        thing = getattr(room, name)
        if callable(thing) or isinstance(thing, ModuleType):
            assert inspect.getdoc(thing), f"mer.{face}.{name} says nothing of itself"
    with pytest.raises(AttributeError, match="nothing_here"):
        room.nothing_here


def test_type_checkers_read_mer():
    assert (PACKAGE / "py.typed").is_file()
