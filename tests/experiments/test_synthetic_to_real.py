"""From synthetic people to real flows: a network that saw no real face."""

import numpy as np
from support.factories import write_megc2019

from mer.datasets import open_source
from mer.evaluation import metrics
from mer.experiments import synthetic_to_real
from mer.experiments.synthetic_pictures import Pictures
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
    recipe = Recipe("compact", "tiny", 2, lr=1e-3)
    table = synthetic_to_real.score(
        made, source, sequences, [0, 1], tmp_path / "parts", recipe, True
    )
    assert len(table) == 2 * len(sequences) and set(table.split) == {"test"}
    assert set(table.source) == {"megc2019"} and set(table.protocol) == {"synthetic-to-real"}
    assert set(table.subject) == {sequence.subject for sequence in sequences}
    shuffled = [*sequences[1:], sequences[0]]
    again = synthetic_to_real.score(made, source, shuffled, [0], tmp_path / "parts2", recipe, True)
    first = table[table.seed == 0].set_index("name").p_negative
    assert np.allclose(again.set_index("name").p_negative[first.index], first, atol=1e-5)
    records = metrics.evaluate(table, 50)
    assert {record.metric for record in records} == {"accuracy", "uf1", "uar"}
