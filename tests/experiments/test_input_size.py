"""What an input size costs, and the figure of score against cost."""

import numpy as np
import pytest
from support.factories import TRUTH, record, table

from mer.core.errors import BadData, MerError
from mer.datasets.base import Sequence
from mer.evaluation import protocols
from mer.evaluation.protocols import Fold
from mer.experiments import ablation, input_size, strangers
from mer.learning import cross_validation
from mer.learning.inputs import flow_inputs
from mer.learning.models import build
from mer.learning.training import Recipe


def test_only_the_linear_layer_grows_with_the_picture():
    small, large = (input_size.weights(side, 5) for side in (64, 224))
    assert small["convolutions"] == large["convolutions"]
    assert large["linear"] == 5 * (256 * 28 * 28 + 1)  # the earlier implementation's layer
    network = build("simple-cnn", 5, 3, 64)
    assert sum(small.values()) == sum(one.numel() for one in network.parameters())


def test_a_picture_too_small_for_three_poolings_is_refused():
    with pytest.raises(MerError, match="take 8 or more"):
        input_size.weights(7, 5)


def test_a_step_is_the_seconds_shared_by_samples_and_epochs():
    folds = [Fold("loso", "0", TRUTH[:30], TRUTH[30:])]
    record = input_size.step(table(TRUTH, "flow, 64 px"), folds, 10)  # 2 s in all
    assert record.metric == "ms_per_step"
    assert record.value == pytest.approx(2000 / 300)


def test_a_price_is_scaled_from_few_samples_to_all_epochs_and_folds(motions, tmp_path, monkeypatch):
    seen = []

    def ran(recipe, data, folds, seeds, parts, quiet):
        seen.append((recipe, folds))
        return table(TRUTH, recipe.label)  # 2 s

    monkeypatch.setattr(cross_validation, "cross_validate", ran)
    folds = protocols.grouped_folds(motions.labels, motions.subjects, 2)
    seconds, step = input_size.price(
        Recipe("compact", "flow, 224 px", 10), motions, folds, 0, tmp_path
    )
    ((recipe, (probe,)),) = seen
    assert recipe.epochs == 1 and set(probe.test) <= set(folds[0].test)
    assert len(probe.train) <= 32 and set(probe.train) <= set(folds[0].train)
    assert step.n == len(probe.train)
    assert step.value == pytest.approx(2000 / len(probe.train))
    samples = sum(len(fold.train) for fold in folds)
    assert seconds.value == pytest.approx(2 / len(probe.train) * 10 * samples)


def test_an_ensemble_costs_what_its_streams_cost():
    both = input_size.ensemble(
        [table(TRUTH, "apex"), table(TRUTH, "flow").assign(seconds=3.0)], "ensemble, 32 px"
    )
    assert cross_validation.seconds(both).value == 5
    assert set(both.model) == {"ensemble, 32 px"}
    with pytest.raises(BadData, match="do not score the same"):
        input_size.ensemble([table(TRUTH, "apex"), table(TRUTH, "flow").iloc[1:]], "short")


def test_the_figure_has_a_line_a_stream_and_one_for_a_price():
    tables = {
        name: table(TRUTH, name).assign(seconds=cost)
        for name, cost in (("flow, 32 px", 10.0), ("flow, 64 px", 40.0))
    }
    price = record(500.0, None, None, "seconds", "flow, 224 px")
    found = ablation.records(tables, 100)
    axis = input_size.plot_score_against_cost(found, [price], chance=1 / 3).axes[0]
    flow = next(line for line in axis.lines if line.get_label() == "flow")
    assert list(flow.get_xdata()) == [10, 40]
    assert any(list(line.get_xdata()) == [500, 500] for line in axis.lines)
    words = " ".join(text.get_text() for text in axis.texts)
    assert "64 px" in words and "224 px:\ncost only" in words


class Strangers:
    """Two pairs, asked as an examination asks its own."""

    def __init__(self):
        rng = np.random.default_rng(0)
        self.crops = [rng.integers(0, 255, (2, 32, 32, 3), np.uint8) for _ in range(2)]
        self.named = [Sequence("synthetic", "a", str(i), "joy") for i in range(2)]

    def each(self, make, **parameters):
        return np.stack([make(*crop, **parameters) for crop in self.crops])

    def flow_inputs(self, fields, size):
        return flow_inputs(list(fields), self.named, ("joy",), size)


def test_strangers_flows_at_every_side_are_those_of_the_study():
    exam = Strangers()
    found = input_size.flows(exam, {16, 8})
    assert list(found) == [8, 16]
    for side, data in found.items():
        known = exam.flow_inputs(exam.each(strangers.study_flow, size=side), side)
        np.testing.assert_array_equal(data.x, known.x)
    assert input_size.flows(exam, set()) == {}
