"""What real people add to the recogniser, for those who hold a licence to their pictures.

A linear discriminant learns from their flows in the published form, and half of what an expression
is called is its word; what is none stays the networks' word, who have seen rest. How far that
helps is measured on people whom it did not see.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mer.core.errors import SourceMissing
from mer.datasets import Source, index, open_source
from mer.evaluation import metrics, protocols, scores
from mer.evaluation.records import Record
from mer.learning import discriminant
from mer.learning.cross_validation import score_rows
from mer.learning.inputs import Inputs, evened, published_flow_inputs
from mer.preprocessing import flow, pairs
from mer.video import published_form
from mer.video.classes import SIZE
from mer.video.recogniser import Recogniser
from mer.video.second_opinion import SecondOpinion

MODEL = "with real people"


@dataclass(frozen=True)
class Lesson:
    """Real people: `inputs` in the published form, and `said` (N, classes), what the recogniser
    takes each expression for."""

    inputs: Inputs
    said: np.ndarray


def lesson(recogniser: Recogniser, source: Source) -> Lesson:
    """The usable sequences of a source, which publishes flows or has frames, as they are read.

    Other classes than the recogniser's, or nothing usable, are `BadData`.
    """
    sequences = index.kept(index.build_index(source).sequences)
    if source.has_frames:
        flows = np.stack([_flow(recogniser, source, one) for one in sequences])
        inputs = published_form.inputs_of_flows(flows, sequences, source.classes)
    else:
        signed = _signed(source, sequences)
        flows, inputs = published_form.in_pixels(signed), evened(signed)
    said = recogniser.predict_proba_of_flows(flows)
    return Lesson(inputs, published_form.grouped(said, recogniser.classes, source.classes))


def score(recogniser: Recogniser) -> str:
    """How well it reads the published flows of real people, for its card; or that there are none
    here to measure it on."""
    try:
        source = open_source("megc2019")
    except SourceMissing:
        return "not measured: the published flows were not there (`mer fetch megc2019`)"
    sequences = index.kept(index.build_index(source).sequences)
    signed = _signed(source, sequences)
    table = published_form.scored(recogniser, signed)
    _, uf1, _, error, _ = published_form.measured(table)
    merged = ", ".join(f"{name} = {' + '.join(of)}" for name, of in published_form.GROUPS.items())
    return (
        f"{uf1.phrase()}, {error.phrase()}, n = {len(signed)} of {table.subject.nunique()} people "
        f"of megc2019, none learned from; {merged}"
    )


def _signed(source: Source, sequences) -> Inputs:
    return published_flow_inputs([source.flow(s) for s in sequences], sequences, source.classes)


def _flow(recogniser: Recogniser, source: Source, sequence) -> np.ndarray:
    _, onset, apex = pairs.make(source, sequence)
    return flow.averaged(onset, apex, SIZE, recogniser.method)


def gain(found: Lesson, bootstrap: int = 1000) -> tuple[list[Record], list[Record]]:
    """What they add, each person left out in turn: the metrics without and with them, and the
    paired differences. Fewer than two people are `BadData`."""
    data = found.inputs
    folds = protocols.leave_one_subject_out(data.subjects)
    alone = pd.concat(
        [
            score_rows(data, f.test, found.said[f.test], published_form.MODEL, f, 0, "test")
            for f in folds
        ],
        ignore_index=True,
    )
    learned = discriminant.run(data, folds).drop(columns="seconds")
    joined = scores.average([alone, learned], MODEL)
    both = [record for table in (alone, joined) for record in metrics.evaluate(table, bootstrap)]
    return both, metrics.paired_difference(joined, alone, bootstrap)


def taught(recogniser: Recogniser, source: Source) -> tuple[Recogniser, str]:
    """The recogniser with a second opinion that learned from all people of a source, and what
    the source adds on people who are left out, in words."""
    found = lesson(recogniser, source)
    measured, differences = gain(found)
    people, data = len(set(found.inputs.subjects)), found.inputs
    told = "\n".join(
        [
            f"{len(data)} sequences of {people} people of {source.name}, each left out in turn",
            *(f"{r.model}: {r.phrase()}" for r in measured),
            *(r.verdict() for r in differences),
        ]
    )
    opinion = SecondOpinion(
        data.classes, discriminant.fit(discriminant.features(data), data.labels, len(data.classes))
    )
    uf1 = differences[1]
    card = recogniser.card | {
        "with": f"{len(data)} sequences of {people} people of {source.name}; {uf1.phrase()} on "
        "people who were left out. Its licence rules where these weights may go."
    }
    return replace(recogniser, second=opinion, card=card), told
