"""The examination: strangers as pairs and inputs, and the one training that they are scored in."""

from types import SimpleNamespace

import numpy as np
import pytest

from mer.core.errors import Unavailable
from mer.evaluation import protocols
from mer.experiments import examination, strangers
from mer.learning import Recipe
from mer.people import roles

CLASSES = ("disgust", "happiness", "repression", "sadness", "surprise")


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two strangers with two sequences each."""
    folder = tmp_path_factory.mktemp("strangers")
    return examination.examine(folder, 2, 2, CLASSES, shifts=(3,), quiet=True)


@pytest.mark.slow
def test_strangers_are_pairs_like_those_of_the_study(two, monkeypatch):
    assert [pair.emotion for pair in two.pairs] == ["disgust", "happiness"] * 2
    assert {pair.subject for pair in two.pairs} == {"2000000-sub01", "2000000-sub02"}
    for row, (pair, sequence) in enumerate(zip(two.pairs, two.sequences)):
        onset, apex = two.crops(row)
        assert onset.shape == apex.shape == (224, 224, 3) and not np.array_equal(onset, apex)
        assert pair.key == sequence.key and pair.apex == sequence.apex
        assert {pair.apex, pair.midpoint, two.source.true_apex(sequence)} <= set(sequence.numbers)
    monkeypatch.setattr(strangers, "film", None)  # would fail if anybody were rendered
    again = examination.examine(two.source.root, 2, 2, CLASSES, shifts=(3,), quiet=True)
    assert again.pairs == two.pairs


@pytest.mark.slow
def test_a_frame_that_was_not_rendered_is_named(two):
    with pytest.raises(Unavailable, match="frame 9999 was not rendered, only "):
        two.crops(0, 9999)


@pytest.mark.slow
def test_each_is_made_once_for_every_choice_of_frame_and_parameter(two):
    means = two.each(strangers.difference, size=4)
    assert means.shape == (4, 4, 4)
    files = set(two.source.root.iterdir())
    np.testing.assert_array_equal(two.each(strangers.difference, size=4), means)
    assert set(two.source.root.iterdir()) == files
    middle = two.each(strangers.difference, [pair.onset for pair in two.pairs], size=4)
    assert np.all(middle == 0) and not np.all(means == 0)


@pytest.mark.slow
def test_learners_are_shown_what_the_examined_are(two):
    """The same people, once as pictures that are cut and once as inputs only."""
    cast = roles.crowd("examination", 2, 2)
    made = strangers.learners(two.source.root / "people", cast, 16, CLASSES, quiet=True)
    for kind in ("apex", "flow"):
        seen = two.inputs(kind, 16)
        np.testing.assert_array_equal(made[kind].x, seen.x)
        assert made[kind].labels.tolist() == seen.labels.tolist()
    changes = strangers.difference_inputs(
        two.each(strangers.difference, size=16), two.sequences, CLASSES
    )
    np.testing.assert_array_equal(made["difference"].x, changes.x)


@pytest.mark.slow
def test_everybody_of_the_cast_trains_and_every_stranger_is_tested(two):
    cast = strangers.learners(
        two.source.root / "people", roles.cast(0)[:1], 16, CLASSES, quiet=True
    )["flow"]
    both, (fold,) = examination.sit(cast, two.inputs("flow", 16))
    assert fold.protocol == examination.PROTOCOL
    assert fold.train.tolist() == list(range(len(cast)))
    assert fold.test.tolist() == list(range(len(cast), len(both)))
    assert not protocols.shared_subjects(fold, both.subjects)


@pytest.mark.slow
def test_the_training_score_stands_beside_that_of_the_strangers(two):
    cast = strangers.learners(
        two.source.root / "people", roles.cast(0)[:1], 16, CLASSES, quiet=True
    )["flow"]
    one = examination.setting(Recipe("simple-cnn", "flow", epochs=40), cast, two.inputs("flow", 16))
    tables, (trained,) = examination.run([one], [0, 1], two.source.root / "parts", quiet=True)
    assert trained.metric == "training_accuracy" and trained.value > 0.9
    assert (trained.n, trained.seeds) == (len(cast), 2)
    assert set(tables["flow"].subject) == {pair.subject for pair in two.pairs}
    assert len(tables["flow"]) == 2 * len(two.pairs)


@pytest.mark.slow
def test_a_part_of_the_strangers_are_the_first_of_them(two, monkeypatch):
    monkeypatch.setattr(strangers, "film", None)  # would fail if anybody were rendered
    run = SimpleNamespace(
        source_name="synthetic",
        source=SimpleNamespace(classes=CLASSES),
        profile=SimpleNamespace(strangers=2, stranger_pairs=2, stranger_shifts=(3,)),
        path=lambda _: two.source.root,
        seed=0,
        quiet=True,
    )
    assert examination.of_run(run).pairs == two.pairs
    assert examination.of_run(run, people=1).pairs == two.pairs[:2]


def test_real_faces_have_no_strangers():
    class Run:
        source_name = "casme2"

    assert examination.of_run(Run) is None


def test_without_strangers_the_cast_is_dealt_into_folds(motions, tmp_path):
    one = examination.setting(Recipe("compact", "flow", epochs=1), motions, None)
    folds = protocols.grouped_folds(motions.labels, motions.subjects, 2)
    tables, trained = examination.settle([one], folds, [0], tmp_path, quiet=True)
    assert one.folds is None and trained == []
    assert sorted(tables["flow"].fold.unique()) == sorted(fold.name for fold in folds)
    both = examination.setting(Recipe("compact", "flow", epochs=1), motions, motions)
    tables, trained = examination.settle([both], folds, [0], tmp_path, quiet=True)
    assert set(tables["flow"].protocol) == {examination.PROTOCOL} and len(trained) == 1
