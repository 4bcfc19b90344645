"""The source of what a notebook imports, for the reader's second look."""

from __future__ import annotations

import inspect
import sys
import textwrap
from pathlib import Path

from mer.core.errors import MerError
from mer.core.paths import PACKAGE


def show(thing: object) -> None:
    """Print the source of what was imported: highlighted in a notebook, plain elsewhere.

    Parameters
    ----------
    thing : function, class, method or module
        Written in Python; what decorators wrapped is unwrapped.

    Raises
    ------
    MerError
        For what has no source: a number, a table, a function written in C.

    Examples
    --------
    >>> import mer
    >>> from mer.evaluation.metrics import interval
    >>> mer.show(interval)
    # mer/evaluation/metrics.py, line ...
    def interval(values: np.ndarray, level: float = 0.95) -> tuple[float, float]:
        \"""Percentile interval of bootstrap values.\"""
        edge = (1 - level) / 2
        low, high = np.nanquantile(values, [edge, 1 - edge])
        return float(low), float(high)
    """
    text = listing(thing)
    if _in_notebook():
        from IPython.display import display

        display({"text/html": highlighted(text), "text/plain": text}, raw=True)
    else:
        print(text)


def listing(thing: object) -> str:
    """The source of `thing` under a line that says where it is from."""
    try:
        lines, first = inspect.getsourcelines(thing)
        file = Path(inspect.getsourcefile(inspect.unwrap(thing)))
    except (TypeError, OSError) as error:
        raise MerError(
            f"show: {getattr(thing, '__qualname__', repr(thing)[:60])} has no Python source "
            f"({error}). Give a function, a class or a module that is written in Python."
        ) from error
    if file.is_relative_to(PACKAGE):
        where = file.relative_to(PACKAGE.parent).as_posix()
    else:  # the folder is this machine's business
        where = inspect.getmodule(thing).__name__
    body = textwrap.dedent("".join(lines)).strip()
    return f"# {where}, line {max(first, 1)}\n{body}"


def highlighted(text: str) -> str:
    """Python source as HTML that needs nothing from outside.

    Its colours are those of the page around it, light or dark: Jupyter's own, or those that the
    page has for the class "highlight", which weigh more.
    """
    from jupyterlab_pygments import JupyterStyle
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    formatter = HtmlFormatter(
        style=JupyterStyle,
        cssclass="highlight mer-source",
        prestyles="font-family: var(--jp-code-font-family, monospace)",
    )
    style = "\n".join(formatter.get_token_style_defs(":where(.mer-source)"))
    return f"<style>{style}</style>{highlight(text, PythonLexer(), formatter)}"


def _in_notebook() -> bool:
    """Whether a kernel runs this: a terminal has no use for HTML."""
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    return bool(shell) and hasattr(shell, "kernel")
