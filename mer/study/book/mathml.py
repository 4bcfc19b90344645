"""A Sphinx extension: formulas as MathML, which browsers draw by themselves, without a script or
a font from elsewhere."""

from __future__ import annotations

from html import escape


def formula(tex: str, block: bool = False) -> str:
    """A formula in LaTeX as an element of an HTML page; what cannot be read stays LaTeX.

    Examples
    --------
    >>> from mer.study.book.mathml import formula
    >>> "<mfrac>" in formula(r"\\frac{1}{2}")
    True
    >>> formula(r"\\sqrt[")
    '<code class="math">\\\\sqrt[</code>'
    """
    from latex2mathml.converter import convert

    try:
        return convert(tex, display="block" if block else "inline")
    except Exception:  # its errors have no class in common
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
