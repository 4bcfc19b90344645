"""From synthetic people to real flows: a network that saw no real face."""

import numpy as np
from support.factories import write_megc2019

from mer.datasets import open_source
from mer.evaluation import metrics
from mer.experiments import synthetic_to_real
from mer.experiments.synthetic_pictures import Pictures
from mer.learning import inputs, pretraining
from mer.learning.training import Recipe


def test_score_trains_on_pictures_only_and_scores_every_real_sequence(tmp_path):
    """Made-up flows whose red channel shows the class: learnable, and only from the pictures."""
    source = open_source("megc2019", write_megc2019(tmp_path / "megc2019"))
    sequences = source.sequences()
    rng = np.random.default_rng(0)
    labels = np.arange(90) % 3
    images = rng.integers(0, 60, (90, 28, 28, 3)).astype(np.uint8)
    images[:, 4:10, 4:10, 0] += (90 * labels).astype(np.uint8)[:, None, None]
    made = Pictures(images, labels, np.array(["x"] * 90))
    recipe = Recipe("compact", "tiny", 3, lr=3e-3)
    drawn = synthetic_to_real.synthetic_inputs(made, source.classes)
    real = inputs.evened(
        inputs.published_flow_inputs([source.flow(s) for s in sequences], sequences, source.classes)
    )
    starts = pretraining.pretrain(recipe, drawn, [0, 1], tmp_path)
    table = synthetic_to_real.score_pretrained(recipe, starts, drawn, real)
    assert len(table) == 2 * len(sequences) and set(table.split) == {"test"}
    assert set(table.source) == {"megc2019"} and set(table.protocol) == {"synthetic-to-real"}
    assert set(table.subject) == {sequence.subject for sequence in sequences}
    turned = real.take(np.arange(len(real))[::-1])
    again = synthetic_to_real.score_pretrained(recipe, {0: starts[0]}, drawn, turned)
    first = table[table.seed == 0].set_index("name").p_negative
    assert np.allclose(again.set_index("name").p_negative[first.index], first, atol=1e-5)
    records = metrics.evaluate(table, 50)
    assert {record.metric for record in records} == {"accuracy", "uf1", "uar"}
