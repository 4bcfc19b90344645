"""Which notebook needs which: a map for readers, made from the plan that the runner follows."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from mer.core.style import INK
from mer.study.plan import NOTEBOOKS, Notebook

_FAINT = "#7b8794"
_WIDTH, _HEIGHT = 0.76, 0.74  # of a box, where columns and rows are 1 apart


def needed(notebooks: Sequence[Notebook] = NOTEBOOKS) -> dict[str, set[str]]:
    """By name, the notebooks that each reads from; those that these read from are implied.

    Examples
    --------
    >>> from mer.study import reading_map
    >>> sorted(reading_map.needed()["07_ensemble"])
    ['05_apex_cnn', '06_flow_cnn']
    """
    direct = {one.name: set(one.needs) for one in notebooks}
    return {
        name: {one for one in own if not any(one in _before(other, direct) for other in own)}
        for name, own in direct.items()
    }


def _before(name: str, direct: dict[str, set[str]]) -> set[str]:
    return direct[name].union(*(_before(one, direct) for one in direct[name]))


def places(notebooks: Sequence[Notebook] = NOTEBOOKS) -> dict[str, tuple[int, int]]:
    """By name, the column (how many notebooks have to be run before it, one after another) and
    the row: those that others need stand above those that nobody needs."""
    direct = {one.name: set(one.needs) for one in notebooks}
    column: dict[str, int] = {}
    for name, own in direct.items():  # whoever needs stands after what it needs
        column[name] = 1 + max((column[one] for one in own), default=-1)
    wanted = set().union(*direct.values())
    found = {}
    for at in sorted(set(column.values())):
        own = sorted((name not in wanted, name) for name in direct if column[name] == at)
        found |= {name: (at, row) for row, (_, name) in enumerate(own)}
    return found


def plot(source: str, notebooks: Sequence[Notebook] = NOTEBOOKS):
    """The map: an arrow leads from a notebook to those that read what it leaves. What does not
    apply to `source` is grey."""
    import matplotlib.pyplot as plt

    at, arrows = places(notebooks), needed(notebooks)
    columns, rows = (1 + max(place[i] for place in at.values()) for i in (0, 1))
    figure, axis = plt.subplots(figsize=(1.6 * columns, 0.7 * rows + 0.5), layout="constrained")
    applies = {one.name: bool(one.always) or source in one.sources for one in notebooks}
    for name, place in at.items():
        _box(axis, name, place, INK if applies[name] else _FAINT)
        for other in arrows[name]:
            _arrow(axis, at[other], place, INK if applies[name] and applies[other] else _FAINT)
    axis.set(xlim=(-0.55, columns - 0.45), ylim=(rows - 0.5, -0.5), xticks=[], yticks=[])
    axis.grid(False)
    axis.spines[:].set_visible(False)
    axis.set_title(f"What needs what, on {source}; grey: not on this source", fontsize=10)
    return figure


def _box(axis, name: str, place: tuple[int, int], colour: str) -> None:
    from matplotlib.patches import Rectangle

    number, _, words = name.partition("_")
    words = "\n".join(textwrap.wrap(words.replace("_", " "), 13))
    corner = (place[0] - _WIDTH / 2, place[1] - _HEIGHT / 2)
    axis.add_patch(Rectangle(corner, _WIDTH, _HEIGHT, fc="white", ec=colour))
    axis.text(*place, f"{number} {words}", ha="center", va="center", fontsize=8.5, color=colour)


def _arrow(axis, start: tuple[int, int], end: tuple[int, int], colour: str) -> None:
    look = {"arrowstyle": "->", "color": colour, "shrinkA": 0, "shrinkB": 0}
    tip, tail = (end[0] - _WIDTH / 2, end[1]), (start[0] + _WIDTH / 2, start[1])
    axis.annotate("", tip, tail, arrowprops=look)
