"""Synthetic people who show micro-expressions, with ground truth that no real database has.

`build` renders a cast in CASME II's own layout; `mer.datasets.synthetic` reads it.
"""

from mer.people.cast import build
from mer.people.storage import is_built

__all__ = ["build", "is_built"]
