"""Published results on the MEGC2019 composite beside ours, and who chose the epoch how.

UF1 under leave-one-subject-out over 68 subjects, predictions pooled: 442 sequences, and by
database (SMIC 164, CASME II 145, SAMM 133). The last column is the important one: whether the
method's own training code keeps the epoch that scores best on the person who is tested.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from mer.core.style import INK, SURE

CHOSEN = "epoch chosen on the test person"
COLUMNS = ("method", "all", "smic", "casme2", "samm", CHOSEN, "read in")
DATABASES = ("smic", "casme2", "samm")

_NONE = np.nan
_HTNET = "wangzhifengharrison/HTNet, table of its README"
_MEB = "Varanka et al., arXiv 2211.11425"
_UNREAD = "a secondary source; no code found"
# Repositories are on github.com. "unknown": no code that trains the method was found.
_PUBLISHED = (
    ("LBP-TOP", 0.588, 0.200, 0.703, 0.395, "no", _HTNET),
    ("Bi-WOOF", 0.630, 0.573, 0.781, 0.521, "no", _HTNET),
    ("CapsuleNet 2019", 0.652, 0.582, 0.707, 0.621, "yes", _HTNET),
    ("OFF-ApexNet 2019", 0.720, 0.682, 0.876, 0.541, "unknown", _HTNET),
    ("OFF-ApexNet (MEB)", 0.703, 0.683, 0.774, 0.605, "no", _MEB),
    ("OFF-ApexNet (MEB)", 0.839, 0.782, 0.928, 0.790, "yes", _MEB),
    ("Dual-Inception 2019", 0.732, 0.665, 0.862, 0.587, "unknown", _HTNET),
    ("STSTNet 2019", 0.735, 0.680, 0.838, 0.659, "no", _HTNET),
    ("STSTNet (MEB)", 0.713, 0.714, 0.704, 0.662, "no", _MEB),
    ("STSTNet (MEB)", 0.774, 0.721, 0.869, 0.704, "yes", _MEB),
    ("EMR 2019 (macro-expressions added)", 0.789, 0.746, 0.829, 0.775, "yes", _HTNET),
    ("RCN 2020", 0.743, 0.633, 0.851, 0.760, "no",
     "xiazhaoqiang/ParameterFreeRCNs-MicroExpressionRec"),
    ("FeatRef 2022", 0.784, 0.701, 0.892, 0.737, "unknown", _HTNET),
    ("SLSTT 2022", 0.816, 0.740, 0.901, 0.715, "yes",
     "Vision-Intelligence-and-Robots-Group/SLSTT, trainer.py"),
    ("HTNet 2023", 0.860, 0.805, 0.953, 0.813, "yes",
     "wangzhifengharrison/HTNet, main_HTNet.py"),
    ("IncepTR 2024", 0.753, _NONE, _NONE, _NONE, "no", "HaoliangZhou/IncepTR, main_contrast.py"),
    ("SRMCL 2024", 0.863, 0.795, 0.964, 0.847, "unknown",
     "pakchoi-php/SRMCL: scripts that test only"),
    ("CausalNet 2025", 0.898, 0.839, 0.981, 0.878, "yes", "tony19980810/CausalNet"),
    ("LTR3O 2025", 0.893, 0.834, 0.958, 0.891, "unknown", _UNREAD),
    ("D-FACE 2026", 0.894, 0.842, 0.974, 0.872, "unknown", _UNREAD),
)  # fmt: skip


def beside(ours: dict[str, tuple[dict[str, float], bool]]) -> pd.DataFrame:
    """The published rows and ours below them: UF1 by database.

    ours   by name a UF1 for "pooled" and for each database, and whether the epoch was chosen on
           the test person

    The column *all* is filled for us only where all three databases took part: a pool of two is
    another test.
    """
    mine = [
        {"method": f"this study: {name}", **values, CHOSEN: "yes" if leaks else "no"}
        | ({"all": values["pooled"]} if set(DATABASES) <= set(values) else {})
        for name, (values, leaks) in ours.items()
    ]
    return pd.DataFrame([*(dict(zip(COLUMNS, row)) for row in _PUBLISHED), *mine], columns=COLUMNS)


def best(table: pd.DataFrame, chosen: str, column: str = "all") -> pd.Series:
    """The published row with the largest UF1 among those whose epoch was chosen so."""
    published = table[~_ours(table) & (table[CHOSEN] == chosen)]
    return published.loc[published[column].idxmax()]


def plot(table: pd.DataFrame):
    """UF1 of every method (row), a panel a database; filled: the epoch was fixed beforehand,
    hollow: it was not."""
    databases = [name for name in ("all", *DATABASES) if table[name].notna().any()]
    figure, axes = plt.subplots(
        1,
        len(databases),
        sharey=True,
        squeeze=False,
        layout="constrained",
        figsize=(2.4 + 1.9 * len(databases), 0.24 * len(table) + 1.6),
    )
    honest, mine = table[CHOSEN] == "no", _ours(table)
    for axis, database in zip(axes.flat, databases):
        for y, value in enumerate(table[database]):
            ink = SURE if mine.iloc[y] else INK
            axis.plot(value, y, "o", ms=6, mec=ink, mfc=ink if honest.iloc[y] else "white")
        axis.set(title=database, xlabel="UF1", xlim=(0.15, 1.02))
    axes[0, 0].set(
        yticks=range(len(table)), yticklabels=table.method, ylim=(len(table) - 0.5, -0.5)
    )
    axes[0, 0].tick_params(axis="y", labelsize=8)
    for text, kept in zip(axes[0, 0].get_yticklabels(), mine):
        text.set_color(SURE if kept else INK)
    dots = (("epoch fixed beforehand", INK), ("chosen on the test person, or unknown", "white"))
    for label, fill in dots:
        axes[0, 0].plot([], [], "o", mec=INK, mfc=fill, label=label)
    axes[0, 0].plot([], [], "o", color=SURE, label="this study")
    figure.legend(fontsize=8, loc="outside lower center", ncols=3, frameon=False)
    return figure


def _ours(table: pd.DataFrame) -> pd.Series:
    return table.method.str.startswith("this study")
