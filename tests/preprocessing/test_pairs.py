"""Pairs of onset and apex survive the way to disk and back."""

import pandas as pd
import pytest
from support.casme2_release import make_release

from mer.core.errors import BadData
from mer.datasets import index
from mer.datasets.casme2 import Casme2
from mer.preprocessing import pairs


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("release")
    make_release(root, traps=())
    source = Casme2(root)
    sequences = index.kept(index.build_index(source).sequences)
    folder = tmp_path_factory.mktemp("run") / "pairs"
    return pairs.build(source, sequences, folder), folder, sequences


def test_pairs_come_back_equal(made):
    built, folder, sequences = made
    assert pairs.load(folder) == built and len(built) == len(sequences)
    onset, apex = pairs.crops(folder, built[0])
    assert onset.shape == apex.shape == (pairs.SIZE, pairs.SIZE, 3)


def test_annotated_apex_is_taken_and_the_spotters_kept_beside_it(made):
    built, _, sequences = made
    for pair, sequence in zip(built, sequences):
        assert (pair.apex, pair.apex_by) == (sequence.apex, "annotation")
        assert sequence.onset <= pair.spotted <= sequence.offset


def test_a_damaged_list_or_a_missing_crop_is_named(made, tmp_path):
    (tmp_path / "pairs.csv").write_text("subject,name\nsub01,EP01\n")
    with pytest.raises(BadData, match="pairs.csv"):
        pairs.load(tmp_path)
    with pytest.raises(BadData, match=r"_onset\.png"):
        pairs.crops(tmp_path, made[0][0])
    assert len(pd.read_csv(made[1] / "pairs.csv")) == len(made[0])
