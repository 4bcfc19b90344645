"""Published results on the MEGC2019 composite, to stand beside our own.

UF1 under leave-one-subject-out over 68 subjects, predictions pooled: 442 sequences, and by
database (SMIC 164, CASME II 145, SAMM 133). The figures are the compilation in the README of
HTNet (Wang et al., github.com/wangzhifengharrison/HTNet) and, for the rows marked MEB, of
Varanka et al., arXiv 2211.11425. The last column says whether the method's own training code
keeps the epoch that scores best on the test subject.
"""

from __future__ import annotations

import pandas as pd

COLUMNS = ("method", "all", "smic", "casme2", "samm", "epoch chosen on the test subject")
_ROWS = (
    ("LBP-TOP", 0.588, 0.200, 0.703, 0.395, "no"),
    ("Bi-WOOF", 0.630, 0.573, 0.781, 0.521, "no"),
    ("CapsuleNet", 0.652, 0.582, 0.707, 0.621, "yes"),
    ("OFF-ApexNet", 0.720, 0.682, 0.876, 0.541, "unknown"),
    ("OFF-ApexNet (MEB)", 0.703, 0.683, 0.774, 0.605, "no"),
    ("OFF-ApexNet (MEB)", 0.839, 0.782, 0.928, 0.790, "yes"),
    ("Dual-Inception", 0.732, 0.665, 0.862, 0.587, "unknown"),
    ("STSTNet", 0.735, 0.680, 0.838, 0.659, "no"),
    ("STSTNet (MEB)", 0.713, 0.714, 0.704, 0.662, "no"),
    ("STSTNet (MEB)", 0.774, 0.721, 0.869, 0.704, "yes"),
    ("RCN", 0.743, 0.633, 0.851, 0.760, "no"),
    ("FeatRef", 0.784, 0.701, 0.892, 0.737, "unknown"),
    ("EMR (macro-expressions added)", 0.789, 0.746, 0.829, 0.775, "yes"),
    ("HTNet", 0.860, 0.805, 0.953, 0.813, "yes"),
)


def table(ours: dict[str, float], same_rung: dict[str, float] | None = None) -> pd.DataFrame:
    """The published rows and ours: UF1 by database.

    ours maps "pooled" and the names of databases to a UF1; same_rung does so for our network
    with its epoch chosen on the test subject. The column *all* is filled for us only where all
    three databases took part: a pool of two is another test.
    """
    rows = [dict(zip(COLUMNS, row)) for row in _ROWS]
    if same_rung:
        rows.append(_row("this study, a network, leaking", same_rung, "yes"))
    return pd.DataFrame([*rows, _row("this study", ours, "no")], columns=COLUMNS)


def _row(name: str, values: dict[str, float], chosen: str) -> dict:
    row = {"method": name, **values, COLUMNS[-1]: chosen}
    if {"smic", "casme2", "samm"} <= set(values):
        row["all"] = values["pooled"]
    return row
