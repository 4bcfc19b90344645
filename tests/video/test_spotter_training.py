"""The spotter learns from takes: what they say is true, how they vary, and from end to end."""

import numpy as np
import pytest
import torch
from support.landmarks import needs_landmarks
from support.signals import filled
from support.takes import take, told

from mer import __main__ as cli
from mer.core.errors import BadData
from mer.video import face_mesh, spotter_data, spotter_training
from mer.video.recogniser import FOLDER
from mer.video.signals import PARTS, RATE, VALUES
from mer.video.spotter_data import FIRST_SEED, SETS, Lesson, clips, truth
from mer.video.spotter_training import drawn, train
from mer.video.spotter_variation import deviations, laid_in, varied
from mer.video.spotting_network import TOLD, Judge

TIMES = np.arange(0, 30, 1 / RATE)


def lesson(*events, seconds=12.0, cells=lambda t: 0.0):
    seen = filled(cells, seconds, fps=25)
    return Lesson(take(*events, seconds=seconds), list(seen.frames), list(seen.looks))


def test_what_is_true_at_each_moment():
    film = take(
        told("micro", 2, 2.4), told("macro", 5, 8), told("speech", 10, 13), told("cover", 15, 20)
    )
    true, counts = truth(film, TIMES)
    assert true.shape == counts.shape == (len(TIMES), len(TOLD))
    for column, (onset, offset) in enumerate([(5, 8), (10, 13), (15.3, 19.7)]):
        during = (onset + 0.05 < TIMES) & (offset - 0.05 > TIMES)
        assert true[during, column].all() and not true[during].sum(axis=1).max() > 1
    micro = (TIMES >= 2) & (TIMES <= 2.4)
    assert true[micro, 0].all() and true[:, 0].sum() == pytest.approx(RATE * 3.4, abs=3)
    assert counts[micro, 0].min() > 3 and counts[TIMES == 6, 0] == 1
    assert counts[np.argmax(micro) - 1, 0] == 0.5, "edges are blunt"


def test_a_slower_lesson_is_longer_and_as_true():
    one = lesson(told("macro", 4, 6))
    plain, slow = one.at(1.0), one.at(1.2)
    assert len(slow[0]) == pytest.approx(1.2 * len(plain[0]), abs=2)
    assert slow[1][:, 0].sum() == pytest.approx(1.2 * plain[1][:, 0].sum(), abs=2)


def test_windows_of_a_batch_belong_together():
    examples = [tuple(map(torch.from_numpy, lesson(told("macro", 4, 6)).at(1.0)))]
    for seed in range(5):
        seen, true, counts = drawn(examples, [], 4, np.random.default_rng(seed))
        assert seen.shape[:2] == true.shape[:2] == counts.shape[:2] and len(seen) == 4
        assert true[..., 0].max() <= 1 and seen.shape[2] == VALUES


def test_variations_keep_what_is_seen():
    torch.manual_seed(0)
    seen = torch.zeros(8, 100, VALUES)
    seen[:, 40:60, PARTS["skin"]] = 2.0
    seen[..., PARTS["alike"]] = 1.0
    found = varied(seen)
    assert not torch.equal(found, seen) and torch.isfinite(found).all()
    size = found[..., PARTS["skin"]].abs()
    assert (size[:, 45:55].mean((1, 2)) > 2 * size[:, :30].mean((1, 2))).all()
    assert found[..., PARTS["alike"]].mean() > 0.7 and (seen[..., PARTS["alike"]] == 1).all()


def test_expressions_are_laid_into_a_window_that_shows_none():
    one = lesson(told("macro", 5, 7), cells=lambda t: 2.0 * (5 < t < 7))
    example = tuple(map(torch.from_numpy, one.at(1.0)))
    (own,) = deviations(example, one.quiet())
    assert own[:, PARTS["skin"]].max() == pytest.approx(2, abs=0.3)
    assert own[0].abs().max() < 0.1 and len(own) == pytest.approx(2 * RATE, abs=8)
    empty = tuple(part[:70].clone() for part in example)  # before it
    found = [laid_in(empty, [own], np.random.default_rng(seed)) for seed in range(20)]
    laid = [true[:, 0].sum() for _, true, _ in found]
    assert max(laid) > 30 and not empty[1].any(), "and the window itself stays as it was"
    for seen, true, counts in found:
        moved = (seen - empty[0])[:, PARTS["skin"]].abs().amax(1)
        assert true[moved > 1, 0].all() and (counts > 0).all()


def test_what_happens_beside_others_is_not_laid_in():
    one = lesson(told("macro", 4, 6), told("turn", 5, 7, ""), cells=lambda t: 2.0 * (4 < t < 6))
    assert not one.quiet()[round(5 * RATE)] and one.quiet()[round(2 * RATE)]
    assert deviations(tuple(map(torch.from_numpy, one.at(1.0))), one.quiet()) == []


def test_a_window_that_shows_one_gets_no_other_there():
    one = lesson(told("macro", 0, 12))
    example = tuple(map(torch.from_numpy, one.at(1.0)))
    own = torch.ones(30, VALUES)
    seen, *_ = laid_in(example, [own], np.random.default_rng(0))
    assert torch.equal(seen, example[0])


def test_real_clips_are_read_as_takes(tmp_path):
    coded = (
        '{"about": "x", "a.mp4": {"expressions": [{"onset": 1, "offset": 2.5, "emotion": null}]}}'
    )
    (tmp_path / "events.json").write_text(coded)
    (clip,) = clips(tmp_path)
    assert clip.video == tmp_path / "a.mp4" and clip.events[0].seconds == (1, 1.75, 2.5)
    (tmp_path / "events.json").write_text('{"a.mp4": {"expressions": [{"offset": 2}]}}')
    with pytest.raises(BadData, match="events.json: no readable coding"):
        clips(tmp_path)


def test_what_can_be_learned_is_learned_and_again_the_same():
    pulses = [told("macro", onset, onset + 1) for onset in (2, 5, 8)]
    moves = lambda t: 1.5 * any(event.seconds[0] < t < event.seconds[2] for event in pulses)  # noqa: E731
    one = lesson(*pulses, cells=moves)
    judge, again = (train([one], seeds=(0,), steps=60, quiet=True) for _ in range(2))
    seen, true, _ = one.at(1.0)
    likely = judge.judge(seen)[:, 0]
    assert likely[true[:, 0] > 0].mean() > likely[true[:, 0] == 0].mean() + 0.4
    assert (again.judge(seen) == judge.judge(seen)).all()


def test_people_of_training_are_scored_nowhere():
    from measure.bars_life import PEOPLE

    scored = {seed for people in PEOPLE.values() for seed, *_ in people.sets().values()}
    assert scored.isdisjoint(range(FIRST_SEED, FIRST_SEED + len(SETS)))
    assert 0 not in range(FIRST_SEED, FIRST_SEED + len(SETS)), "make demo-bars has seed 0"


@pytest.mark.slow(90)
@pytest.mark.skipif(face_mesh.models() is None, reason=needs_landmarks)
def test_from_takes_to_weights(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("MER_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(
        spotter_data,
        "SETS",
        {"life": (2, 4, 12, "speech", False), "still": (1, 3, 12, "none", True)},
    )
    monkeypatch.setattr(spotter_training, "STEPS", 3)
    assert cli.main(["spotter", "--out", str(tmp_path / "made")]) == 0
    assert "A take that it did not learn from: F1" in capsys.readouterr().out
    made = Judge.load(tmp_path / "made")
    assert (
        "3 takes of synthetic people" in made.card["trained on"] and (tmp_path / "made") != FOLDER
    )
    assert len(list((tmp_path / "data").rglob("*.webm"))) == 3
