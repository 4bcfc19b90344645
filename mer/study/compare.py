"""Hold the metrics of two runs against each other."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

from mer.core.errors import MerError
from mer.evaluation.records import FIELDS, MISSING, Record

KEY = ("notebook", "source", "model", "protocol", "metric")
TIMES = ("seconds", "ms_per_step")  # which no two runs share
_EQUAL = 1e-9


@dataclass(frozen=True)
class Line:
    """One record of either run, or of both; `difference` is empty where they agree."""

    key: tuple
    a: Record | None
    b: Record | None
    difference: str


def read_metrics(path: Path | str) -> dict[tuple, Record]:
    """The records of a run directory, or of a metrics.json, by `KEY`."""
    path = Path(path)
    file = path / "metrics.json" if path.is_dir() else path
    try:
        records = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise MerError(
            f"{file}: cannot be read ({error.strerror}). Give a run directory or a metrics.json."
        ) from error
    except ValueError as error:
        raise MerError(f"{file}: not JSON ({error}). Run the study again.") from error
    return _by_key(records, file)


def _by_key(records, file: Path) -> dict[tuple, Record]:
    if not isinstance(records, list):
        raise MerError(f"{file}: not a list of records. Give a metrics.json of this project.")
    found = {}
    for number, record in enumerate(records, 1):
        missing = set(FIELDS) - set(record) if isinstance(record, dict) else set(FIELDS)
        if missing:
            raise MerError(
                f"{file}, record {number}: no {', '.join(sorted(missing))}. Run the study again."
            )
        key = tuple(str(record[name]) for name in KEY)
        if key in found:
            raise MerError(
                f"{file}, record {number}: a second {' / '.join(key)}. "
                "Give the two records different models or protocols."
            )
        found[key] = Record(**{name: record[name] for name in FIELDS})
    return found


def compare(
    a: dict[tuple, Record], b: dict[tuple, Record], seconds: bool = False, exact: bool = False
) -> list[Line]:
    """Line up two runs' records, in the order of `a`, then what only `b` has.

    Two records agree when n is equal and each value lies in the other's interval (within 1e-9
    where there is none). `exact` asks for equal n, seeds, values and intervals instead. Times
    are left out unless `seconds`.
    """
    keys = [key for key in {**a, **b} if seconds or key[-1] not in TIMES]
    if not keys:
        raise MerError(
            "nothing to compare: neither run has saved a metric"
            + ("" if seconds else " other than times")
        )
    judge = _differs_at_all if exact else _differs
    return [Line(key, a.get(key), b.get(key), judge(a.get(key), b.get(key))) for key in keys]


def _one_sided(a: Record | None, b: Record | None) -> str:
    if a is None or b is None:
        return "only in B" if a is None else "only in A"
    return ""


def _differs(a: Record | None, b: Record | None) -> str:
    if a is None or b is None:
        return _one_sided(a, b)
    if a.n != b.n:
        return f"n: {a.n} and {b.n}"
    for name, inner, outer_name, outer in (("B", b, "A", a), ("A", a, "B", b)):
        if not _within(inner.value, outer):
            judged = inner.value is not None and outer.has_interval
            return f"{name} outside {outer_name}'s interval" if judged else "values differ"
    return ""


def _differs_at_all(a: Record | None, b: Record | None) -> str:
    if a is None or b is None:
        return _one_sided(a, b)
    differing = [
        name
        for name in ("n", "seeds", "value", "low", "high")
        if not _same(getattr(a, name), getattr(b, name), 0)
    ]
    return f"{', '.join(differing)} not equal" if differing else ""


def _within(value, record: Record) -> bool:
    if value is not None and record.has_interval:
        return record.contains(value, _EQUAL)
    return _same(value, record.value, _EQUAL)


def _same(x, y, tolerance: float) -> bool:
    """Equal; two numbers up to `tolerance`, and not-a-number equals itself."""
    if isinstance(x, (int, float)) and isinstance(y, (int, float)):
        return abs(x - y) <= tolerance or x == y or (math.isnan(x) and math.isnan(y))
    return x == y


def table(lines: list[Line]) -> str:
    """The comparison as text, one line a record, and the verdict last."""
    head = ("notebook", "source", "model", "protocol", "metric", "A", "B", "")
    rows = [head] + [
        (*line.key, _show(line.a), _show(line.b), line.difference or "agree") for line in lines
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    text = [
        " ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    differing = sum(bool(line.difference) for line in lines)
    verdict = (
        f"{differing} of {len(lines)} records differ"
        if differing
        else f"all {len(lines)} records agree"
    )
    return "\n".join([*text, verdict])


def _show(record: Record | None) -> str:
    if record is None:
        return MISSING
    return f"{record.text('.4g')} (n={record.n})"
