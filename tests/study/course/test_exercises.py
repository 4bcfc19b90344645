"""Every solution is right, every stub raises, and every check refuses typical wrong answers."""

import ast
import copy
import importlib
import re
import sys
from pathlib import Path
from unittest.mock import Mock, patch

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
import torch

from mer.core.errors import BadData, MerError
from mer.study.course import checking, student
from mer.study.course.checking import NotYet, check

NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"
SOURCES = sorted((NOTEBOOKS / "solutions").glob("*.ipynb"))
CHECKS = sorted((Path(checking.__file__).parent / "checks").glob("notebook_*.py"))
for module in CHECKS:
    importlib.import_module(f"mer.study.course.checks.{module.stem}")
EXERCISES = checking.EXERCISES
CASES = [(name, i) for name, one in sorted(EXERCISES.items()) for i in range(len(one.wrong))]
IS_CHECK = re.compile(r'check\("(\d\d\.\d)", (\w+)\)$')


def by_id(notebook):
    return {cell.id: cell for cell in notebook.cells if cell.cell_type == "code"}


def asked(notebook):
    """Number and name of the answer of each check, with the id of the cell of its solution."""
    return [
        (*IS_CHECK.match(cell.source).groups(), name.replace("check", "solution"))
        for name, cell in by_id(notebook).items()
        if name.startswith("check-")
    ]


@pytest.fixture(scope="module")
def solved():
    """The answers of all solutions, by exercise: each notebook is run once, without a kernel."""
    answers = {}
    for path in SOURCES:
        notebook, space = nbformat.read(path, as_version=4), {}
        named = {name: answer for name, answer, _ in asked(notebook)}
        for name, cell in by_id(notebook).items():
            exec(compile(cell.source, f"{path.stem} {name}", "exec"), space)
            if name.startswith("check-"):
                number = name[6:].replace("-", ".")
                answers[number] = space[named[number]]
        plt.close("all")
    return answers


def test_every_check_accepts_its_solution(solved):
    assert sorted(solved) == sorted(EXERCISES)  # a wrong one would have stopped its notebook


@pytest.mark.parametrize("name, which", CASES, ids=[f"{name}-{i}" for name, i in CASES])
def test_a_wrong_answer_gets_a_hint(name, which):
    with pytest.raises(NotYet, match=rf"^{name}: not yet\. \w"):
        check(name, EXERCISES[name].wrong[which])


def test_at_least_three_wrong_answers_are_refused():
    assert {name: len(one.wrong) for name, one in EXERCISES.items() if len(one.wrong) < 3} == {}


@pytest.mark.parametrize("name", sorted(EXERCISES))
@pytest.mark.parametrize(
    "nothing", [None, ..., "", object()], ids=["None", "...", "empty", "other"]
)
def test_no_answer_is_no_error(name, nothing):
    with pytest.raises(NotYet):
        check(name, nothing)


def test_a_hint_is_not_the_answer(solved):
    for name, answer in solved.items():
        if callable(answer):
            continue
        for wrong in EXERCISES[name].wrong:
            with pytest.raises(NotYet) as told:
                check(name, wrong)
            if isinstance(answer, (str, set)):
                said = re.findall(r"\w+", str(told.value).lower())
                assert not checking.words(answer) <= set(said), name
            else:
                assert f"{float(answer):.2f}" not in str(told.value), name


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_stub_raises(path):
    """The student's notebook is run with each exercise unsolved and the others solved."""
    source, made = nbformat.read(path, as_version=4), student.for_student(path)
    cells = by_id(source)
    assert len(asked(made)) == len(asked(source)) >= 2
    for _, answer, solution in asked(made):
        space = {}
        for name, cell in cells.items():
            if name != solution:
                exec(cell.source, space)
                continue
            with pytest.raises(NotImplementedError, match=r"not solved yet: \w"):
                exec(by_id(made)[name].source, space)
                call_with_nothing(space[answer])
            break
        plt.close("all")


def call_with_nothing(function):
    function(*[None] * function.__code__.co_argcount)


def test_the_student_sees_no_solution():
    for path in SOURCES:
        text = student.text(student.for_student(path))
        assert "SOLUTION" not in text and "**Why.**" not in text
        source = nbformat.read(path, as_version=4)
        for cell in source.cells:
            if student.BEGIN in cell.source:
                for line in hidden(cell.source):
                    assert line not in text, f"{path.stem}: {line}"


def hidden(source):
    """The lines of a solution, but for those that say nothing alone."""
    inside = source.split(student.BEGIN, 1)[1].split("\n", 1)[1].split(student.END)[0]
    return [line.strip() for line in inside.splitlines() if len(line.strip()) > 20]


@pytest.mark.parametrize("language, folder", [("en", "exercises"), ("ko", "exercises/ko")])
def test_what_is_committed_is_what_would_be_made(language, folder):
    made = {path.name: student.text(student.for_student(path, language)) for path in SOURCES}
    kept = {path.name: path.read_text("utf-8") for path in (NOTEBOOKS / folder).glob("*.ipynb")}
    assert made == kept, "run `make exercises`"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_each_language_has_all_texts_and_the_same_code(path):
    english, korean = (student.for_student(path, language) for language in ("en", "ko"))
    assert [cell.id for cell in english.cells] == [cell.id for cell in korean.cells]
    for one, other in zip(english.cells, korean.cells):
        assert "ko" not in one.metadata and "ko" not in other.metadata
        if one.cell_type == "code":
            assert one.source == other.source
        else:
            assert re.search("[가-힣]", other.source) and not re.search("[가-힣]", one.source)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_an_exercise_can_be_collected_with_nbgrader(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    kinds = [tag for cell in notebook.cells for tag in cell.metadata.get("tags", ())]
    assert set(student.KINDS) <= set(kinds)
    names = []
    for name, cell in by_id(notebook).items():
        graded = cell.metadata.get("nbgrader")
        assert (graded is not None) == name.startswith(("solution-", "check-"))
        assert cell.outputs == [] and cell.execution_count is None
        ast.parse(cell.source)
        if graded:
            names.append(graded["grade_id"])
            is_check = name.startswith("check-")
            assert graded["grade"] == graded["locked"] == is_check != graded["solution"]
            assert graded["schema_version"] == 3 and graded.get("points") == (
                1 if is_check else None
            )
            assert is_check or {student.BEGIN, student.END} <= set(
                re.findall(r"### [A-Z ]+N", cell.source)
            )
    assert len(set(names)) == len(names) >= 4


def nbgrader_faults(notebook):
    """What nbgrader would refuse: its schema 3 of a cell's metadata, and what its validator asks
    besides."""
    kinds = {"schema_version": int, "grade": bool, "locked": bool, "solution": bool,
             "task": bool,
             "grade_id": str, "points": (int, float), "checksum": str,
             "cell_type": str}  # fmt: skip
    found, names = [], []
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader")
        if about is None:
            continue
        names.append(about.get("grade_id"))
        found += [f"{key} is none of its keys" for key in about if key not in kinds]
        found += [f"{key} is a {type(value).__name__}" for key, value in about.items()
                  if key in kinds and not isinstance(value, kinds[key])]  # fmt: skip
        for key in ("schema_version", "grade", "locked", "solution"):
            found += [f"{key} is missing"] if key not in about else []
        grade, solution, task = (about.get(key) for key in ("grade", "solution", "task"))
        used = grade or solution or about.get("locked")
        if used and not re.fullmatch(r"[\w-]+", about.get("grade_id", ""), re.ASCII):
            found.append("grade_id is missing or has other signs")
        if grade and about.get("points", -1) < 0:
            found.append("a graded cell without points")
        if cell.cell_type == "markdown" and not task and grade != solution:
            found.append("a text is graded and written by the student, or neither")
        if task and cell.cell_type != "markdown":
            found.append("a task is no text")
    found += [f"{name} twice" for name in set(names) if names.count(name) > 1]
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_nbgrader_accepts_the_cells(path):
    for notebook in (nbformat.read(path, as_version=4), student.for_student(path)):
        assert nbgrader_faults(notebook) == []


@pytest.mark.parametrize(
    "harm, fault",
    [
        (lambda about: about.pop("points"), "without points"),
        (lambda about: about.update(grade_id="check 05.1"), "other signs"),
        (lambda about: about.pop("grade_id"), "grade_id is missing"),
        (lambda about: about.update(locked="yes"), "locked is a str"),
        (lambda about: about.update(colour="red"), "colour is none"),
        (lambda about: about.pop("solution"), "solution is missing"),
        (lambda about: about.update(grade_id="check-05-2"), "check-05-2 twice"),
        (lambda about: about.update(task=True), "no text"),
    ],
)
def test_what_nbgrader_refuses_is_seen(harm, fault):
    path = next(path for path in SOURCES if path.stem.startswith("05"))
    notebook = nbformat.read(path, as_version=4)
    harm(by_id(notebook)["check-05-1"].metadata["nbgrader"])
    assert any(fault in said for said in nbgrader_faults(notebook))


def test_nbgrader_is_told_what_stays_with_the_teacher():
    """The file is a configuration of traitlets: run here as nbgrader would, with a stand-in."""
    from traitlets.config import Config

    made = Config()
    code = (NOTEBOOKS / "solutions/nbgrader_config.py").read_text("utf-8")
    standing_in = type("GenerateAssignment", (), {"preprocessors": Mock(default=lambda: ["first"])})
    module = Mock(GenerateAssignment=standing_in)
    with patch.dict(sys.modules, {"nbgrader": Mock(), "nbgrader.converters": module}):
        exec(code, {"get_config": lambda: made})
    assert made.TagRemovePreprocessor.enabled
    tags = made.TagRemovePreprocessor.remove_cell_tags
    remove, *others = made.GenerateAssignment.preprocessors
    assert others == ["first"]
    for path in SOURCES:
        source = nbformat.read(path, as_version=4)
        kept, _ = remove(remove_cell_tags=tags, enabled=True)(source, {})
        assert [cell.id for cell in kept.cells] == [c.id for c in student.student(source).cells]


def test_every_notebook_has_exercises():
    there = {path.stem for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")}
    assert {path.stem for path in SOURCES} == there


def test_hints_name_headings_that_are_there():
    headings, named = {}, set()
    for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                found = re.findall(r"^#+ (.+)$", cell.source, re.MULTILINE)
                headings.setdefault(path.stem[:2], []).extend(map(str.lower, found))
    for path in SOURCES:
        for cell in nbformat.read(path, as_version=4).cells:
            for line in re.findall(rf"{student.BEGIN}: (.*)", cell.source):
                named |= set(re.findall(r'notebook (\d\d), "([^"]+)"', line))
    assert len(named) > 20
    lost = [(n, said) for n, said in named if not any(said.lower() in h for h in headings[n])]
    assert lost == []


def test_answers_may_be_of_any_type():
    for right in (
        2 / 31,
        np.float32(2 / 31),
        torch.tensor(2 / 31),
        "0.0645",
        "0,0645",
        "6.45 %",
        6.45,
    ):
        check("00.2", right)
    for right in (
        "repression",
        "Repression ",
        ["repression"],
        {"repression"},
        np.array(["repression"]),
    ):
        check("01.2", right)


def test_what_a_function_raises_is_a_hint():
    with pytest.raises(NotYet, match="raised ZeroDivisionError: division by zero"):
        check("00.1", lambda milliseconds, fps: 1 / 0)
    with pytest.raises(NotYet, match="without brackets, not float"):
        check("00.1", 60.0)
    with pytest.raises(NotYet, match=r"shape should be \(8, 10, 3\), and is \(3,\)"):
        check("06.1", lambda flow: flow[0, 0])


def test_a_flow_that_is_spoilt_is_seen():
    def spoils(flow):
        flow[..., 0] *= -1
        return flow[:, ::-1]

    with pytest.raises(NotYet, match="work on a copy"):
        check("06.1", spoils)


@pytest.mark.parametrize("name", ["99.1", "05.9", "", "five", 5.1])
def test_an_unknown_exercise_is_an_error(name):
    with pytest.raises(MerError, match="no exercise"):
        check(name, 1)


def test_a_hint_comes_without_traceback():
    assert NotYet("look again")._render_traceback_() == ["look again"]


@pytest.mark.parametrize(
    "source", ["### BEGIN SOLUTION\n1", "1\n### END SOLUTION",
               "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION\n### END SOLUTION"],
)  # fmt: skip
def test_marks_come_in_pairs(source):
    with pytest.raises(BadData, match="exercise"):
        student.stub(source)


def test_a_notebook_is_not_changed_by_being_read():
    notebook = nbformat.read(SOURCES[0], as_version=4)
    before = copy.deepcopy(notebook)
    student.student(notebook)
    assert notebook == before
