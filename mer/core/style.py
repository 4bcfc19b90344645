"""How the study looks: a colour and an emoji for each emotion, its inks, its figures.

Figures, reports and the demo's page take them from here, so that sadness is one blue everywhere.
"""

from __future__ import annotations

INK, PALE = "#22303c", "#c9d1d9"
SURE, UNSURE = "#e2603f", "#7b8794"  # whether an interval leaves out zero
# In the order of tables; the last two are the classes of MEGC2019 that are sums of others.
_LOOKS = {
    "disgust": ("#2a9d5c", "🤢"),
    "happiness": ("#e9a820", "😊"),
    "repression": ("#7d5ba6", "😶"),
    "sadness": ("#3b7dd8", "😢"),
    "surprise": ("#e2603f", "😮"),
    "others": ("#9aa0a6", "❔"),
    "fear": ("#5d4037", "❔"),
    "negative": ("#3b7dd8", "🙁"),
    "positive": ("#e9a820", "🙂"),
}
EMOTIONS = {emotion: colour for emotion, (colour, _) in _LOOKS.items()}
_EMOJI = {"neutral": "😐", **{emotion: sign for emotion, (_, sign) in _LOOKS.items()}}


def colour_of(emotion: str, otherwise: str = PALE) -> str:
    """The colour of an emotion, "#rrggbb"; `otherwise` for one that has none."""
    return EMOTIONS.get(emotion, otherwise)


def emoji(emotion: str) -> str:
    """The emoji of an emotion; a question mark for one that has none."""
    return _EMOJI.get(emotion, "❔")


def style() -> None:
    """The study's look: call once at the top of a notebook."""
    import matplotlib.pyplot as plt
    import seaborn as sns

    sns.set_theme(style="whitegrid", context="notebook", font_scale=0.9)
    plt.rcParams.update(
        {
            "figure.dpi": 110,
            "savefig.dpi": 110,
            "savefig.bbox": "tight",
            "figure.autolayout": False,
            "axes.edgecolor": PALE,
            "grid.color": "#e8ecef",
            "axes.titleweight": "bold",
            "axes.titlesize": 11,
            "axes.labelcolor": INK,
            "text.color": INK,
            "xtick.color": INK,
            "ytick.color": INK,
            "axes.spines.top": False,
            "axes.spines.right": False,
        }
    )
