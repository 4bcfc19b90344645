"""What a run found, one line a notebook, made from its records: the table of the README.

No number and no direction is typed here. A difference that the run does not tell is said to be
none, with the words for that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from mer.core.errors import BadData
from mer.evaluation.records import Record


class Found:
    """The records of one notebook, by metric, model and protocol."""

    def __init__(self, notebook: str, records: Iterable[Record]):
        self.notebook = notebook
        self._records = [r for r in records if r.notebook == notebook]

    def record(self, metric: str, model: str, protocol: str) -> Record:
        """The one record of these; none or several raise `BadData`, which says what there is."""
        asked = (metric, model, protocol)
        found = [r for r in self._records if (r.metric, r.model, r.protocol) == asked]
        if len(found) != 1:
            there = sorted({f"{r.metric} of {r.model!r}, {r.protocol}" for r in self._records})
            near = [one for one in there if metric in one or model in one]
            raise BadData(
                f"findings of {self.notebook}: {len(found)} records of {metric} of {model!r}, "
                f"protocol {protocol}. Near: {'; '.join(near[:8]) or 'none'}. Run the notebook "
                "again, or mend mer/study/findings.py."
            )
        return found[0]

    def protocol(self, *beginning: str) -> str:
        """The one protocol whose name begins so, or so: how many folds there are, and of whom,
        differs by profile."""
        found = {r.protocol for r in self._records if r.protocol.startswith(beginning)}
        found = sorted({protocol.split(",")[0] for protocol in found})
        if len(found) != 1:
            raise BadData(
                f"findings of {self.notebook}: {len(found)} protocols begin with "
                f"{' or '.join(map(repr, beginning))}"
                f" ({', '.join(found) or 'none'}). Run the notebook again, or mend "
                "mer/study/results.py."
            )
        return found[0]

    def __call__(self, metric: str, model: str, protocol: str, form: str = ".2f") -> str:
        """A number with its interval."""
        return self.record(metric, model, protocol).text(form)

    def told(
        self,
        metric: str,
        model: str,
        protocol: str,
        *,
        more: str,
        less: str,
        none: str,
        form: str = ".3f",
    ) -> str:
        """A difference in words: `more` or `less` where it is told, `none` where it is not; the
        number follows."""
        record = self.record(f"{metric}_difference", model, protocol)
        said = {1: more, -1: less, 0: none}[record.sign]
        return f"{said} ({record.text(form)})"

    def largest(self, metric: str, first: str, protocol: str, form: str = ".3f") -> str:
        """Of all differences to `first`, those that are told, the largest first; or that none is,
        with the largest."""
        ending = f" - {first}"
        found = sorted(
            (
                r
                for r in self._records
                if r.metric == f"{metric}_difference"
                and r.protocol == protocol
                and r.model.endswith(ending)
            ),
            key=lambda r: -abs(r.value),
        )
        if not found:
            raise BadData(
                f"findings of {self.notebook}: no difference of {metric} to {first!r}, protocol "
                f"{protocol}. Run the notebook again, or mend mer/study/findings.py."
            )
        told = [r for r in found if r.excludes_zero]
        said = "; ".join(
            f"{r.model.removesuffix(ending)} {r.text(form)}" for r in (told or found[:1])
        )
        if told:
            return f"{said} ({len(told)} of {len(found)} told)"
        return f"none of {len(found)} can be told (the largest: {said})"


def load(run: Path) -> tuple[list[Record], dict]:
    """Records and provenance of a finished run."""
    try:
        rows = json.loads((run / "metrics.json").read_text(encoding="utf-8"))
        return [Record(**row) for row in rows], json.loads(
            (run / "provenance.json").read_text(encoding="utf-8")
        )
    except (OSError, ValueError, TypeError) as error:
        raise BadData(f"{run}: no finished run ({error}). Run `mer study` into it.") from error


def minutes(provenance: dict) -> dict[str, str]:
    """Measured minutes of each notebook of a run, in words."""
    return {
        entry["name"]: _minutes(entry["seconds"])
        for entry in provenance["notebooks"]
        if entry["seconds"] is not None
    }


def _minutes(seconds: float) -> str:
    return "< 1" if seconds < 60 else f"{seconds / 60:.0f}"
