"""Protocols, scores, metrics, spotting, calibration and ensembles: what knows no model.

A `Fold` says who trains and who is tested, a score table what came out, a `Record` one number of
it with its interval. `mer.evaluation.scores` describes the table.
"""

from typing import TYPE_CHECKING

from mer.core.lazy import face

if TYPE_CHECKING:
    from mer.evaluation.protocols import Fold
    from mer.evaluation.records import Record, joint_level, label, tabulate, to_frame

__all__ = [
    "Fold",
    "Record",
    "calibration",
    "ensemble",
    "interval_tables",
    "joint_level",
    "label",
    "metrics",
    "protocols",
    "records",
    "scores",
    "spotting",
    "tabulate",
    "to_frame",
]
__getattr__, __dir__ = face(
    __name__,
    __all__,
    Fold="protocols",
    Record="records",
    joint_level="records",
    label="records",
    tabulate="records",
    to_frame="records",
)
