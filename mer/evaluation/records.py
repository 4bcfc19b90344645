"""A record: one measured number with its interval, and how it is said.

Records are what notebooks leave in metrics/<notebook>.json. A *difference* is a record of two
models, "a - b", whose metric ends in "_difference". Whether it leaves out zero, how it is
written and what may be concluded from it is settled here, for every table and sentence alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace

import pandas as pd

from mer.core.errors import BadData

MISSING = "–"  # what a table shows where nothing was measured
_DIFFERENCE = "_difference"
_AND = " - "  # between the two models of a difference
_LABELS = {
    "uf1": "UF1",
    "uar": "UAR",
    "auc": "AUC",
    "ece": "ECE",
    "log_loss": "log loss",
    "f1": "F1",
    "analysis_f1": "analysis F1",
    "analysis_uf1": "analysis UF1",
    "strs": "STRS",
    "mae": "mean error",
    "mae_frames": "mean error, frames",
    "epe_px": "end-point error, px",
    "epe_moving_px": "end-point error where skin moves, px",
}
_LESS_IS_BETTER = frozenset(
    (
        "ece",
        "epe_moving_px",
        "epe_px",
        "gap",
        "log_loss",
        "mae",
        "mae_frames",
        "ms_per_step",
        "seconds",
    )
)


@dataclass(frozen=True, kw_only=True)
class Record:
    """One number of the study. The order of the fields is that of the keys in the JSON files.

    Parameters
    ----------
    notebook, source
        Where it was measured; None until the run fills them in.
    model
        Who was measured; of a difference "a - b", a minus b.
    protocol
        Who trained and who was tested, or what the truth was.
    metric
        The name of what was measured, as in "uar" or "uar_difference".
    n, seeds
        Number of sequences (of jobs, where it is a cost), and of seeds.
    value, low, high
        The number and its interval, None where there is none.

    Examples
    --------
    >>> from mer.evaluation import Record
    >>> gain = Record(
    ...     model="flow - apex",
    ...     protocol="loso",
    ...     metric="uar_difference",
    ...     n=255,
    ...     value=0.0412,
    ...     low=-0.0099,
    ...     high=0.1049,
    ... )
    >>> gain.text(), gain.excludes_zero, gain.models
    ('+0.04 [-0.01, +0.10]', False, ('flow', 'apex'))
    >>> print(gain.verdict().replace("; ", ";\\n"))
    UAR: flow and apex cannot be told apart here, +0.041 [-0.010, +0.105];
    about 0.064 could have been told
    """

    notebook: str | None = None
    source: str | None = None
    model: str
    protocol: str
    metric: str
    n: int
    seeds: int | None = None
    value: float | None
    low: float | None = None
    high: float | None = None

    @property
    def is_difference(self) -> bool:
        return self.metric.endswith(_DIFFERENCE)

    @property
    def measure(self) -> str:
        """The metric that a difference is one of; the metric itself otherwise."""
        return self.metric.removesuffix(_DIFFERENCE)

    @property
    def models(self) -> tuple[str, ...]:
        """The model, or the two that are compared, in the order of the subtraction."""
        return tuple(self.model.split(_AND))

    @property
    def has_interval(self) -> bool:
        return self.low is not None and self.high is not None

    @property
    def sign(self) -> int:
        """1 or -1 if the whole interval lies above or below zero; 0 if not, or without one."""
        return int(self.low > 0) - int(self.high < 0) if self.has_interval else 0

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval leaves out zero: of a difference, whether it is told."""
        return self.sign != 0

    @property
    def reach(self) -> float | None:
        """How far the interval goes from the value, to its farther end.

        A difference that had come out larger than this, with the same interval about it, would
        have been told, whatever its sign. Half the width would promise more where an interval is
        lopsided: the value itself could exceed it, and yet not be told.
        """
        return max(self.high - self.value, self.value - self.low) if self.has_interval else None

    def contains(self, value: float, tolerance: float = 0.0) -> bool:
        """Whether `value` lies in the interval; never, where there is none."""
        return self.has_interval and self.low - tolerance <= value <= self.high + tolerance

    def text(self, form: str = ".2f") -> str:
        """Value and interval, "0.71 [0.64, 0.81]"; differences with their signs.

        form   how each number is written, as in a format string: ".3f", ".0%"
        """
        return interval_text(
            self.value, self.low, self.high, f"+{form}" if self.is_difference else form
        )

    def turned(self) -> Record:
        """The same difference the other way round, "b - a"."""
        return replace(
            self,
            model=_AND.join(reversed(self.models)),
            value=-self.value,
            low=-self.high,
            high=-self.low,
        )

    def phrase(self, form: str = ".3f") -> str:
        """`text` after what was measured: "UAR +0.041 [-0.010, +0.105]"."""
        return f"{label(self.measure)} {self.text(form)}"

    def verdict(self, form: str = ".3f") -> str:
        """A difference in words: which model is better, or that they cannot be told apart.

        The number is the first model of the sentence minus the second. Any other record raises
        `BadData`.
        """
        if not self.is_difference or len(self.models) != 2:
            raise BadData(
                f"verdict: {self.metric} of {self.model!r} compares no two models. "
                "Give a record of paired_difference."
            )
        one, two = self.models
        measure = label(self.measure)
        if not self.excludes_zero:
            numbers = self.text(form)
            least = f"; about {self.reach:{form}} could have been told" if self.reach else ""
            return f"{measure}: {one} and {two} cannot be told apart here, {numbers}{least}"
        less_is_better = self.measure in _LESS_IS_BETTER
        said = self if (self.sign > 0) != less_is_better else self.turned()
        better, worse = said.models
        return f"{measure}: {better} is better than {worse}, difference {said.text(form)}"


FIELDS = tuple(field.name for field in fields(Record))


def interval_text(
    value: float | None, low: float | None = None, high: float | None = None, form: str = ".2f"
) -> str:
    """Any number with its interval in words; `MISSING` where it is None or not a number."""
    if value is None or value != value:
        return MISSING
    interval = "" if low is None or high is None else f" [{low:{form}}, {high:{form}}]"
    return f"{value:{form}}{interval}"


def joint_level(comparisons: int) -> float:
    """Level of one interval with which all of them together err in at most 5 % (Bonferroni).

    Examples
    --------
    >>> from mer.evaluation import joint_level
    >>> joint_level(5)
    0.99
    """
    return 1 - 0.05 / max(comparisons, 1)


def label(metric: str) -> str:
    """How a metric is called where people read: "UAR", "recall of sadness", "UAR difference"."""
    measure = metric.removesuffix(_DIFFERENCE)
    if measure.startswith("recall_"):
        called = f"recall of {measure.removeprefix('recall_')}"
    else:
        called = _LABELS.get(measure, measure.replace("_", " "))
    return called if measure == metric else f"{called} difference"


def to_frame(records: Iterable[Record]) -> pd.DataFrame:
    """The records as they are, one row each, for pandas to pick from.

    `notebook` and `source` are left out where no record has them yet.
    """
    table = pd.DataFrame(map(asdict, records), columns=FIELDS)
    table = table.astype(dict.fromkeys(("value", "low", "high"), float))  # None becomes NaN
    return table.drop(columns=[name for name in ("notebook", "source") if table[name].isna().all()])


def tabulate(
    records: Iterable[Record],
    titles: Mapping[str, str] | None = None,
    form: str = ".2f",
    forms: Mapping[str, str] | None = None,
    by_protocol: bool = False,
) -> pd.DataFrame:
    """The records to be read: one row a model, one column a metric, each cell a `Record.text`.

    A difference stands in the row of its first model; rows and columns keep the records' order.

    Parameters
    ----------
    records : iterable of Record
    titles : mapping, optional
        Columns by metric, in this order: others are left out, and so is a metric that no record
        has (None: all).
    form, forms
        How numbers are written (`Record.text`): all, and those of one metric.
    by_protocol : bool
        Whether columns are (protocol, metric).

    Returns
    -------
    DataFrame
        Of texts.

    Raises
    ------
    BadData
        If two records belong into one cell.

    Examples
    --------
    >>> from mer.evaluation import metrics, scores, tabulate
    >>> tabulate(metrics.evaluate(scores.example()), titles={"uf1": "UF1", "uar": "UAR"})
                           UF1                UAR
    made up  1.00 [1.00, 1.00]  1.00 [1.00, 1.00]
    """
    chosen = [record for record in records if titles is None or record.metric in titles]
    titles = titles or {record.metric: _title(record) for record in chosen}
    cells: dict[tuple, str] = {}
    for record in chosen:
        place = (record.models[0], record.protocol if by_protocol else "", record.metric)
        if place in cells:
            raise BadData(
                f"table: a second {record.metric} of {record.models[0]!r}, protocol "
                f"{record.protocol!r}. Give the records of one protocol, or ask for "
                "by_protocol."
            )
        cells[place] = record.text((forms or {}).get(record.metric, form))
    protocols = dict.fromkeys(protocol for _, protocol, _ in cells)
    taken = {place[1:] for place in cells}
    columns = [
        (protocol, metric)
        for protocol in protocols
        for metric in titles
        if (protocol, metric) in taken
    ]
    rows = {
        model: [cells.get((model, *column), MISSING) for column in columns] for model, *_ in cells
    }
    table = pd.DataFrame.from_dict(rows, orient="index")
    named = [(protocol, titles[metric]) for protocol, metric in columns]
    table.columns = (
        pd.MultiIndex.from_tuples(named) if by_protocol and named else [title for _, title in named]
    )
    return table


def _title(record: Record) -> str:
    return (
        f"{label(record.measure)} minus the first's"
        if record.is_difference
        else label(record.metric)
    )
