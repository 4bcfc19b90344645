"""Cells that write an idea by hand: what they must have, and whether their assertion can fail."""

import ast
import re
from types import FunctionType

import numpy as np

LINES = range(10, 26)  # of at least one such cell; the others may be shorter
EQUATION = re.compile(r"\$\$.+?\$\$|\\begin\{", re.DOTALL)
RUN = {"run", "display"}  # what only a run of the notebook has


def is_by_hand(cell) -> bool:
    return cell.cell_type == "code" and "by-hand" in cell.metadata.get("tags", ())


def tree(cell) -> ast.Module:
    """The cell's syntax tree, without the lines that are commands to IPython."""
    return ast.parse(
        "\n".join(line for line in cell.source.splitlines() if not line.startswith(("%", "!")))
    )


def faults(notebook):
    """What its by-hand cells lack, one line each."""
    mine = [number for number, cell in enumerate(notebook.cells) if is_by_hand(cell)]
    if not mine:
        yield "no cell is tagged by-hand"
        return
    theirs = _from_mer(notebook)
    for number in mine:
        cell, before = notebook.cells[number], notebook.cells[number - 1]
        if before.cell_type != "markdown" or not EQUATION.search(before.source):
            yield f"cell {number}: no equation in the words before what is written by hand"
        body = tree(cell).body
        if not body or not isinstance(body[-1], ast.Assert):
            yield f"cell {number}: written by hand, and ends in no assertion"
        elif not _compares(body, theirs):
            yield f"cell {number}: its last assertion compares nothing made here with mer's"
    if not any(_lines(notebook.cells[number]) in LINES for number in mine):
        yield f"no by-hand cell of {LINES[0]} to {LINES[-1]} lines"


def _lines(cell):
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def _compares(body, theirs):
    """Whether the last assertion holds something made in this cell against something of mer's: a
    name of it, or one that the cell made with it."""
    made = _made(body)
    with_mer = _with(theirs, body)
    parts = list(_operands(body[-1].test))
    return any(
        _read(a) & (theirs | with_mer) and _read(b) & (made - with_mer)
        for a in parts
        for b in parts
        if a is not b
    )


def _with(theirs, body):
    """Names that the statements assign from an expression with a name of mer's in it."""
    lines = [one for one in body if isinstance(one, ast.Assign) and _read(one.value) & theirs]
    return _made(lines)


def _operands(test):
    """The sides of every comparison within an assertion, and the arguments of `allclose`."""
    for node in ast.walk(test):
        if isinstance(node, ast.Compare):
            yield from (node.left, *node.comparators)
        elif isinstance(node, ast.Call):
            yield from node.args
            if isinstance(node.func, ast.Attribute):
                yield node.func.value
        elif isinstance(node, ast.BinOp):
            yield from (node.left, node.right)


def _read(node):
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _made(body):
    """Names that statements assign, define or import."""
    found = set()
    for node in (n for line in body for n in ast.walk(line)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            found |= {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
    return found


def _from_mer(notebook):
    lines = (
        line for cell in notebook.cells if cell.cell_type == "code" for line in tree(cell).body
    )
    return {
        name for line in lines
        if (isinstance(line, ast.ImportFrom) and (line.module or "").split(".")[0] == "mer")
        or (isinstance(line, ast.Import) and any(a.name.split(".")[0] == "mer" for a in line.names))
        for name in _made([line])
    }  # fmt: skip


def can_fail(notebook, number) -> bool | None:
    """Whether the last assertion of by-hand cell `number` fails when something made by hand is
    spoiled, one name at a time. None where it needs more than a notebook without a run has."""
    lines = _needed(notebook, number)
    if lines is None:
        return None
    space = {"__name__": "by_hand"}
    exec(compile(ast.Module(body=lines, type_ignores=[]), "<by hand>", "exec"), space)
    body = tree(notebook.cells[number]).body
    test = compile(ast.Expression(body[-1].test), "<assertion>", "eval")
    ours = _read(body[-1].test) & _made(body) - _with(_from_mer(notebook), body)
    spoiled = {name: _spoiled(space[name]) for name in sorted(ours & space.keys())}
    return any(not eval(test, {**space, name: value}) for name, value in spoiled.items())


def _needed(notebook, number):
    """The statements that make what cell `number` reads, and its own; None if they need the run."""
    before = [
        line
        for cell in notebook.cells[:number]
        if cell.cell_type == "code"
        for line in tree(cell).body
    ]
    body = tree(notebook.cells[number]).body
    needed = set().union(*map(_read, body))
    chosen = []
    for line in reversed(before):
        if _made([line]) & needed:
            chosen.insert(0, line)
            needed |= _read(line)
    return None if needed & RUN else [*chosen, *body]


def _spoiled(value):
    """Another value of the same kind, or the same where nobody knows how."""
    if isinstance(value, (bool, np.bool_)):
        return not value
    if isinstance(value, (int, float, np.number, np.ndarray)) or hasattr(value, "iloc"):
        return value + 1
    if isinstance(value, (list, tuple)):
        return type(value)(map(_spoiled, value))
    if isinstance(value, dict):
        return {key: _spoiled(one) for key, one in value.items()}
    if isinstance(value, FunctionType) and value.__module__ == "by_hand":
        return lambda *args, **named: _spoiled(value(*args, **named))
    return value
