"""What a figure says to somebody who does not see it: the alternative text of its picture."""

from __future__ import annotations

_MOST = 12  # panels, lines or names that are told one by one
_LONGEST = 400  # characters; screen readers read all of it at once


def described(figure) -> str:
    """The titles, axes and names that a matplotlib figure bears, as sentences.

    Examples
    --------
    >>> from mer.study.alt import described
    >>> from matplotlib.figure import Figure
    >>> from mer.study.alt import described
    >>> figure = Figure()
    >>> axes = figure.subplots()
    >>> _ = axes.plot([1, 2], label="flow")
    >>> _ = axes.set(title="Learning", xlabel="epoch", ylabel="loss")
    >>> _ = axes.legend()
    >>> described(figure)
    'Figure: Learning. loss by epoch: flow.'
    """
    panels = [axes for axes in figure.axes if axes.get_visible() and _has_content(axes)]
    heading = figure.get_suptitle() or (panels[0].get_title() if len(panels) == 1 else "")
    told = [_panel(axes, heading) for axes in panels[:_MOST]]
    if len(panels) > _MOST:
        told.append(f"and {len(panels) - _MOST} more panels")
    count = f"Figure of {len(panels)} panels" if len(panels) > 1 else "Figure"
    said = [count + (f": {_line(heading)}" if heading else ""), *filter(None, told)]
    text = ". ".join(one.rstrip(".") for one in said) + "."
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"


def _has_content(axes) -> bool:
    return bool(axes.has_data() or axes.get_title() or axes.texts)


def _panel(axes, heading: str) -> str:
    """One panel: title, what is drawn against what, and the names in it."""
    title = _line(axes.get_title())
    y, x = (
        _line(label) if axis.get_visible() and axes.axison else ""
        for label, axis in ((axes.get_ylabel(), axes.yaxis), (axes.get_xlabel(), axes.xaxis))
    )
    drawn = f"{y} by {x}" if x and y else x or y
    names = ", ".join(_names(axes))
    parts = [title if title != _line(heading) else "", drawn, names]
    return ": ".join(part for part in parts if part)


def _names(axes) -> list[str]:
    """The names of the legend, or those along an axis of words."""
    legend = axes.get_legend()
    found = [text.get_text() for text in legend.get_texts()] if legend else []
    if not found and axes.axison:
        for axis in (axes.yaxis, axes.xaxis):
            words = [label.get_text() for label in axis.get_ticklabels()]
            found += [word for word in words if any(sign.isalpha() for sign in word)]
    found = [_line(word) for word in dict.fromkeys(found) if word.strip()]
    more = [f"and {len(found) - _MOST} more"] if len(found) > _MOST else []
    return found[:_MOST] + more


def _line(text: str) -> str:
    return " ".join(text.replace("$", "").split())
