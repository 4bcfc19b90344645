"""Every notebook has the anatomy that the design promises its readers."""

import ast
import re
from functools import cache
from pathlib import Path

import nbformat
import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((CHECKOUT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
PARAMETERS = {"source": str, "profile": str, "seed": int, "run_dir": str}
FIRST = ("Question", "You will learn", "You should know", "Minutes", "Reads", "Writes")
LAST = ("Take home", "Exercises", "Read on")
LINES = 25
ALONE = 2  # so many code cells may stand between a code cell and its explanation
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
    for node in _tree(tagged[0]).body:
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
        tree = _tree(cell)
    except SyntaxError as error:
        yield f"not valid Python: {error}"
        return
    names = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    }
    yield from (f"defines {name}, which mer has" for name in sorted(names & _public_names()))


def _tree(cell):
    """The cell's syntax tree, without the lines that are commands to IPython."""
    return ast.parse(
        "\n".join(line for line in cell.source.splitlines() if not line.startswith(("%", "!")))
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
