"""A Sphinx extension: formulas as MathML, which browsers draw by themselves, without a script or
a font from elsewhere."""

from __future__ import annotations

import re
from html import escape

_SIZE = re.compile(r"\\[bB]igg?[lr]?(?![a-zA-Z])")  # MathML finds the size of brackets itself


def formula(tex: str, block: bool = False) -> str:
    """A formula in LaTeX as an element of an HTML page; what cannot be read stays LaTeX.

    Examples
    --------
    >>> from mer.study.book.mathml import formula
    >>> "<mfrac>" in formula(r"\\frac{1}{2}")
    True
    >>> formula(r"\\unheard{x}")
    '<code class="math">\\\\unheard{x}</code>'
    """
    from docutils.utils.math import MathError
    from docutils.utils.math.latex2mathml import tex2mathml

    try:
        return tex2mathml(_SIZE.sub("", tex), as_block=block)
    except MathError:
        return f'<code class="math">{escape(tex)}</code>'


def _inline(translator, node) -> None:
    from docutils import nodes

    translator.body.append(formula(node.astext()))
    raise nodes.SkipNode


def _block(translator, node) -> None:
    from docutils import nodes

    translator.body.append(f'<div class="formula">{formula(node.astext(), block=True)}</div>')
    raise nodes.SkipNode


def setup(app) -> dict:
    """What Sphinx calls."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
