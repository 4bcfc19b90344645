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
    ("LBP-TOP", .588, .200, .703, .395, "no"),
    ("Bi-WOOF", .630, .573, .781, .521, "no"),
    ("CapsuleNet", .652, .582, .707, .621, "yes"),
    ("OFF-ApexNet", .720, .682, .876, .541, "unknown"),
    ("OFF-ApexNet (MEB)", .703, .683, .774, .605, "no"),
    ("OFF-ApexNet (MEB)", .839, .782, .928, .790, "yes"),
    ("Dual-Inception", .732, .665, .862, .587, "unknown"),
    ("STSTNet", .735, .680, .838, .659, "no"),
    ("STSTNet (MEB)", .713, .714, .704, .662, "no"),
    ("STSTNet (MEB)", .774, .721, .869, .704, "yes"),
    ("RCN", .743, .633, .851, .760, "no"),
    ("FeatRef", .784, .701, .892, .737, "unknown"),
    ("EMR (macro-expressions added)", .789, .746, .829, .775, "yes"),
    ("HTNet", .860, .805, .953, .813, "yes"),
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
