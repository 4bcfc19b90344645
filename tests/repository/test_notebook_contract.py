"""Every notebook has the anatomy that the design promises its readers."""

import ast
import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
from support import by_hand
from support.by_hand import tree

CHECKOUT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((CHECKOUT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
PARAMETERS = {"source": str, "profile": str, "seed": int, "run_dir": str}
FIRST = ("Question", "You will learn", "You should know", "Minutes", "Reads", "Writes")
LAST = ("Take home", "Exercises", "Read on")
LINES = 25
ALONE = 2  # so many code cells may stand between a code cell and its explanation
# Whose idea is not written by hand yet: a list that only gets shorter.
WITHOUT_BY_HAND: set[str] = set()
MACHINE_PATH = re.compile(r"(?<![\w.~])(/(home|Users|root|tmp|work|mnt|opt|srv)/|[A-Za-z]:\\)")


def violations(notebook) -> list[str]:
    """What a notebook does against the contract, one line each."""
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        return [f"not a valid notebook: {error}"]
    found = [*_frame(notebook), *_parameters(notebook), *_explained(notebook)]
    for number, cell in enumerate(notebook.cells):
        found += [f"cell {number}: {fault}" for fault in _cell(cell)]
    return found


def _frame(notebook):
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        yield "the kernel is not python3"
    first, last = notebook.cells[0], notebook.cells[-1]
    if first.cell_type != "markdown" or not first.source.startswith("# "):
        yield "the first cell is no markdown with a title"
    yield from (f"first cell: no label {label}" for label in FIRST if not _labelled(first, label))
    if last.cell_type != "markdown":
        yield "the last cell is no markdown"
    yield from (f"last cell: no label {label}" for label in LAST if not _labelled(last, label))


def _labelled(cell, label):
    """A heading or a bold label."""
    return re.search(rf"^#+ {label}\b|\*\*{label}\b", cell.source, re.MULTILINE) is not None


def _parameters(notebook):
    tagged = [cell for cell in notebook.cells if _is_parameters(cell)]
    if len(tagged) != 1:
        yield f"{len(tagged)} cells are tagged parameters, not 1"
        return
    found = {}
    for node in tree(tagged[0]).body:
        if not (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        ):
            yield f"parameters cell: no plain literal: {ast.unparse(node)}"
        else:
            found[node.targets[0].id] = type(node.value.value)
    if found != PARAMETERS:
        yield f"parameters cell: {found}, not {PARAMETERS}"


def _explained(notebook):
    """Every code cell has a word before it, a few cells back at most."""
    since = None  # code cells since the last markdown
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            since = 0
        elif cell.cell_type == "code" and not (_is_parameters(cell) or _is_imports(cell)):
            if since is None or since > ALONE:
                yield f"cell {number}: no markdown at most {ALONE} code cells back"
            since = (since or 0) + 1


def _cell(cell):
    if MACHINE_PATH.search(cell.source):
        yield "a machine path"
    if cell.cell_type != "code":
        return
    if cell.outputs or cell.execution_count is not None:
        yield "committed with outputs"
    lines = sum(bool(line.strip()) for line in cell.source.splitlines())
    if lines > LINES:
        yield f"{lines} lines, more than {LINES}"
    try:
        parsed = tree(cell)
    except SyntaxError as error:
        yield f"not valid Python: {error}"
        return
    if by_hand.is_by_hand(cell):
        return  # its idea, which mer has as well
    names = {
        node.name
        for node in ast.walk(parsed)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    }
    yield from (
        f"defines {name}, which mer has, not by hand" for name in sorted(names & _public_names())
    )


def _is_parameters(cell):
    return "parameters" in cell.metadata.get("tags", ())


def _is_imports(cell):
    return re.match(r"(import|from) ", cell.source) is not None


@cache
def _public_names():
    modules = [ast.parse(path.read_text("utf-8")) for path in (CHECKOUT / "mer").rglob("*.py")]
    return {
        node.name
        for module in modules
        for node in module.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
    }


def test_there_are_notebooks():
    assert NOTEBOOKS
    assert NOTEBOOKS[0].name == "00_start_here.ipynb"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_contract(path):
    assert violations(nbformat.read(path, as_version=4)) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_its_idea_is_written_by_hand(path):
    found = list(by_hand.faults(nbformat.read(path, as_version=4)))
    if path.stem[3:] in WITHOUT_BY_HAND:
        assert found, "it is written now: take it off the list WITHOUT_BY_HAND"
    else:
        assert found == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_written_by_hand_could_be_wrong(path):
    """Where a by-hand cell needs nothing of a run; the others run in the smoke study only."""
    notebook = nbformat.read(path, as_version=4)
    mine = [number for number, cell in enumerate(notebook.cells) if by_hand.is_by_hand(cell)]
    firm = [number for number in mine if by_hand.can_fail(notebook, number) is False]
    assert firm == [], "spoiling what these cells make does not break their last assertion"


@pytest.fixture
def sound():
    """A small notebook that keeps the contract; the tests below break it."""
    new = nbformat.v4
    parameters = "source = 'synthetic'\nprofile = 'quick'\nseed = 0\nrun_dir = 'run'"
    notebook = new.new_notebook(
        cells=[
            new.new_markdown_cell("# Title\n" + "\n".join(f"**{label}**: ..." for label in FIRST)),
            new.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
            new.new_code_cell("import mer"),
            new.new_markdown_cell("## Look"),
            new.new_code_cell("print(mer.__version__)"),
            new.new_markdown_cell("\n\n".join(f"## {label}" for label in LAST)),
        ]
    )
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    return notebook


def test_a_sound_notebook_passes(sound):
    assert violations(sound) == []


def _edit(number, old, new):
    def edit(notebook):
        assert old in notebook.cells[number].source
        notebook.cells[number].source = notebook.cells[number].source.replace(old, new)

    return edit


def _code(source):
    return lambda notebook: notebook.cells.__setitem__(4, nbformat.v4.new_code_cell(source))


def _by_hand(source):
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["by-hand"]})
    return lambda notebook: notebook.cells.__setitem__(4, cell)


def _more_code(count):
    cells = [nbformat.v4.new_code_cell(str(number)) for number in range(count)]
    return lambda notebook: notebook.cells.__setitem__(slice(4, 4), cells)


@pytest.mark.parametrize(
    "harm, fault",
    [
        (_edit(0, "# Title", "Title"), "title"),
        (_edit(0, "**Minutes**", "Minutes"), "no label Minutes"),
        (_edit(5, "## Exercises", ""), "no label Exercises"),
        (_edit(1, "seed = 0", "seed = '0'"), "parameters cell"),
        (_edit(1, "seed = 0", "seed = max(0, 1)"), "no plain literal"),
        (_edit(1, "seed = 0", "seed = 0\nfolds = 5"), "parameters cell"),
        (lambda nb: nb.cells[1].metadata.clear(), "0 cells are tagged"),
        (lambda nb: nb.cells.pop(), "the last cell is no markdown"),
        (lambda nb: nb.cells.pop(3), None),  # the first cell is explanation enough
        (_more_code(2), None),
        (_more_code(3), "no markdown at most 2 code cells back"),
        (lambda nb: nb.cells[4].update(execution_count=3), "committed with outputs"),
        (_code("\n".join(["1"] * 26)), "26 lines"),
        (_code("def open_source(): pass"), "defines open_source"),
        (_by_hand("def open_source(): pass"), None),
        (_code("print('/" + "home/me/data')"), "a machine path"),
        (_code("print("), "not valid Python"),
        (_code("%time\nprint(1)"), None),
        (lambda nb: nb.metadata["kernelspec"].update(name="r"), "kernel is not python3"),
        (lambda nb: nb.cells[4].pop("source"), "not a valid notebook"),
    ],
)
def test_a_broken_notebook_is_named(sound, harm, fault):
    harm(sound)
    found = violations(sound)
    if fault is None:
        assert found == []
    else:
        assert len([line for line in found if fault in line]) == 1


UAR = """
recalls = []
for emotion in ("joy", "grief"):
    here = table[table.emotion == emotion]
    found = 0
    for guess in scores.predicted(here):
        if guess == emotion:
            found += 1
    recalls.append(found / len(here))
mean = sum(recalls) / len(recalls)
"""
SAME = "assert mean == metrics.evaluate(table)[2].value"


@pytest.fixture
def written(sound):
    """A small notebook whose idea is written by hand."""
    sound.cells[2].source = "import numpy as np\n\nfrom mer.evaluation import metrics, scores"
    sound.cells[3].source = "The mean recall:\n$$\n\\frac1K\\sum_k r_k\n$$"
    _by_hand(UAR + SAME)(sound)
    sound.cells.insert(3, nbformat.v4.new_code_cell("table = scores.example(wrong=[1])"))
    return sound


def _assertion(source):
    return lambda notebook: notebook.cells[5].update(source=UAR + source)


def test_an_idea_written_by_hand_passes(written):
    assert list(by_hand.faults(written)) == []
    assert by_hand.can_fail(written, 5) is True


@pytest.mark.parametrize(
    "harm, fault",
    [
        (lambda nb: nb.cells[5].metadata.clear(), "no cell is tagged by-hand"),
        (_edit(4, "$$", ""), "no equation"),
        (_edit(4, "$$", "$"), "no equation"),
        (lambda nb: nb.cells.insert(5, nbformat.v4.new_code_cell("1")), "no equation"),
        (_assertion("print(mean)"), "ends in no assertion"),
        (_assertion(SAME + "\nprint(mean)"), "ends in no assertion"),
        (_assertion("assert True"), "compares nothing"),
        (_assertion("assert mean == mean"), "compares nothing"),
        (_assertion("assert metrics.evaluate(table)"), "compares nothing"),
        (_assertion("same = metrics.evaluate(table)[2].value\nassert same == same"), "compares"),
        (_assertion("same = metrics.evaluate(table)[2].value\nassert abs(same - mean) < 1"), None),
        (_assertion("assert np.isclose(mean, metrics.evaluate(table)[2].value)"), None),
        (_edit(5, "    found = 0\n", ""), "of 10 to 25 lines"),
    ],
)
def test_an_idea_that_is_only_claimed_is_named(written, harm, fault):
    harm(written)
    found = list(by_hand.faults(written))
    assert len([line for line in found if fault in line]) == 1 if fault else found == []


@pytest.mark.parametrize(
    "last, able",
    [
        (SAME, True),
        ("same = metrics.evaluate(table)[2].value\nassert abs(same - mean) < 0.1", True),
        ("assert np.allclose(mean, [r.value for r in metrics.evaluate(table)][2])", True),
        ("assert mean < 9 + metrics.evaluate(table)[2].value", False),
        ("assert np.isclose(mean, metrics.evaluate(table)[2].value, atol=9)", False),
    ],
)
def test_an_assertion_that_nothing_breaks_is_found(written, last, able):
    _assertion(last)(written)
    assert by_hand.can_fail(written, 5) is able


def test_a_cell_that_reads_the_run_is_left_to_the_smoke_study(written):
    written.cells[3].source = "table = scores.read(run.needs('scores/05.csv'))"
    assert by_hand.can_fail(written, 5) is None
