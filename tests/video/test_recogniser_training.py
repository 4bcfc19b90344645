"""Samples hold what they say, strangers stay strangers, and training learns."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from mer.core.errors import BadData, MerError
from mer.datasets.takes import Take, TakeEvent, read_takes
from mer.evaluation import calibration, metrics
from mer.people.behaviour.schedule import Event, Schedule, schedules
from mer.people.casme2_statistics import COUNTS
from mer.preprocessing.faces import Box
from mer.video import recogniser_data, recogniser_training
from mer.video.classes import CLASSES, SIZE
from mer.video.reading import SAMPLE
from mer.video.recogniser_data import Samples
from mer.video.recogniser_training import PEOPLE

CHECKOUT = Path(__file__).resolve().parents[2]
TAKES = schedules(77, 3, 60)


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def _toy(each=8, people=10, strength=1.0):
    """Every class moves another part of the face; people differ a little, neutral is small."""
    rng, flows, words, owners = np.random.default_rng(0), [], [], []
    for person in range(people):
        for number in range(each * len(CLASSES)):
            label = number % len(CLASSES)
            field = rng.normal(0, 0.02, (SIZE, SIZE, 2))
            if label:
                field[8 * label - 6 : 8 * label + 4, 8:40, label % 2] += strength
            flows.append(cv2.GaussianBlur(np.float32(field), (0, 0), 1.5))
            words.append(CLASSES[label])
            owners.append(f"toy-{person}")
    kinds = ["rest" if word == "neutral" else "micro" for word in words]
    return Samples(np.stack(flows), *map(np.array, (words, kinds, owners)))


@pytest.fixture(scope="module")
def toy():
    return _toy()


@pytest.mark.parametrize("take", TAKES, ids=lambda take: take.stem)
def test_cuts_show_what_they_are_called(take, rng):
    found = recogniser_data.cuts(take, rng)
    shown = [event for event in take.events if event.emotion]
    named = [cut for cut in found if cut.word != "neutral"]
    assert [cut.word for cut in named] == [event.emotion for event in shown]
    for cut, event in zip(named, shown):
        assert cut.before <= event.onset < cut.after < event.offset
        assert abs(cut.after - event.apex) < 0.6 * (event.offset - event.onset)


@pytest.mark.parametrize("take", TAKES, ids=lambda take: take.stem)
def test_neutral_cuts_touch_no_expression(take, rng):
    neutral = [cut for cut in recogniser_data.cuts(take, rng) if cut.word == "neutral"]
    assert {cut.kind for cut in neutral} >= {"rest", "blink"}
    for cut in neutral:
        low, high = sorted((cut.before, cut.after))
        assert all(high < e.onset or low > e.offset for e in take.events if e.emotion)


def test_blinks_within_expressions_are_no_neutral(rng):
    events = (Event("macro", 1, 2, 3, "happiness", "12", (1.5, 2.5)), Event("blink", 2, 2.1, 2.3))
    found = recogniser_data.cuts(Schedule(1, "sub01", 4.0, False, events), rng)
    assert not [cut for cut in found if cut.kind == "blink"]


def test_faces_of_a_pair_lie_on_each_other(rng, monkeypatch):
    texture = cv2.GaussianBlur(rng.integers(0, 255, (480, 640, 3)).astype(np.uint8), (0, 0), 4)
    texture = cv2.normalize(texture, None, 0, 255, cv2.NORM_MINMAX)
    moved = cv2.warpAffine(texture, np.float64([[1, 0.02, 6], [-0.02, 1, -4]]), (640, 480))
    monkeypatch.setattr(recogniser_data.faces, "locate", lambda frame: Box(200, 100, 250))
    one, other = recogniser_data.aligned_faces(texture, moved)
    apart = np.abs(
        recogniser_data.aligned_faces(texture, texture)[0].astype(int) - moved[100:324, 200:424]
    )
    assert np.abs(one.astype(int) - other).mean() < 3 < apart.mean()


def test_no_face_gives_no_sample(monkeypatch):
    blank = np.zeros((480, 640, 3), np.uint8)
    assert recogniser_data.aligned_faces(blank, blank) is None


def _video(tmp_path, frames):
    path = tmp_path / "take.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 30, (64, 48))
    for level in range(frames):
        writer.write(np.full((48, 64, 3), level * 10 % 256, np.uint8))
    writer.release()
    return path


def test_frames_of_a_take_are_found_by_number(tmp_path):
    event = TakeEvent("micro", "happiness", "12", 2, 4, 6, (0.07, 0.13, 0.2), 1.0)
    take = Take("t", _video(tmp_path, 10), "sub01", 7, 30.0, 10, (64, 48), False, (event,))
    found = recogniser_data.decoded(take, {2, 7})
    assert {number: round(frame.mean() / 10) for number, frame in found.items()} == {2: 2, 7: 7}
    with pytest.raises(BadData, match="take.avi: ends after 10 of 12 frames.*mer takes"):
        recogniser_data.decoded(replace(take, frames=12), {11})


@pytest.fixture
def kept_file(tmp_path, monkeypatch):
    """Where the first person's samples are kept in `tmp_path`; nobody is rendered."""
    monkeypatch.setattr("mer.core.cache.key", lambda *by, **asked: "samples")
    monkeypatch.setattr(recogniser_data, "schedules", None)
    return tmp_path / "samples-0000.npz"


def test_damaged_samples_are_named(tmp_path, kept_file):
    kept_file.write_bytes(b"PK")
    with pytest.raises(BadData, match="0000.npz: no readable samples.*Delete"):
        recogniser_data.samples(tmp_path, 1, quiet=True)


def test_samples_come_from_the_folder(tmp_path, toy, kept_file):
    np.savez_compressed(
        kept_file, flows=np.float16(toy.flows), words=toy.words, kinds=toy.kinds, people=toy.people
    )
    found = recogniser_data.samples(tmp_path, 1, quiet=True)
    assert found.flows.dtype == np.float32 and np.allclose(found.flows, toy.flows, atol=2e-3)
    assert (found.words == toy.words).all()


def test_batches_are_balanced_and_repeat(toy):
    few = toy.part(np.flatnonzero((toy.words != "sadness") | (toy.people == "toy-0")))
    flows, labels = recogniser_training.drawn(few, 600, np.random.default_rng(5))
    shares = np.bincount(labels, minlength=6) / 600
    assert flows.shape == (600, SIZE, SIZE, 2) and flows.dtype == np.float32
    assert 0.2 < shares[0] < 0.3 and (abs(shares[1:] - 0.15) < 0.05).all()
    again, _ = recogniser_training.drawn(few, 600, np.random.default_rng(5))
    assert (again == flows).all()


def test_moving_the_box_turns_the_motion_too(rng):
    """Skin that turns about the middle looks the same from a box that is turned or nearer, and
    in one that lies elsewhere the motion differs by the same everywhere."""
    y, x = np.mgrid[:SIZE, :SIZE].astype(np.float32) - (SIZE - 1) / 2
    turning = np.dstack([-y, x])
    for _ in range(10):
        by = (recogniser_training.moved(turning, rng) - turning)[12:-12, 12:-12]
        assert np.abs(by - by.mean((0, 1))).max() < 0.1 < np.abs(by).max()
    right = np.zeros_like(turning) + np.float32([1, 0])
    turns = [recogniser_training.moved(right, rng)[24, 24, 1] for _ in range(20)]
    assert min(turns) < -0.02 and max(turns) > 0.02


def test_what_is_worn_is_the_same_expression_but_harder(toy):
    few = toy.part(np.flatnonzero(toy.words == "disgust")[:4])
    few = replace(few, flows=10 * few.flows)  # strong, so that noise does not hide the likeness
    hard = recogniser_training.worn(few, times=2)
    assert (hard.words == "disgust").all() and (hard.people == np.tile(few.people, 2)).all()
    assert hard.flows.shape == (8, SIZE, SIZE, 2) and hard.flows.dtype == np.float32
    again = np.tile(few.flows, (2, 1, 1, 1))
    alike = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(hard.flows, again)]
    assert np.mean(alike) > 0.4 and max(alike) < 0.99
    assert (recogniser_training.worn(few, times=2).flows == hard.flows).all()


def test_strangers_are_kept_from_training(toy):
    known, strangers = recogniser_training.split(toy)
    assert set(known.people) | set(strangers.people) == set(toy.people)
    assert not set(known.people) & set(strangers.people)
    assert len(set(strangers.people)) == 2


@pytest.mark.slow
def test_training_learns_repeats_and_is_calibrated(toy, monkeypatch):
    monkeypatch.setattr(recogniser_training, "BATCH", 32)
    known, strangers = recogniser_training.split(toy)
    twice = (recogniser_training.train(known, (0,), 3, quiet=True) for _ in range(2))
    brief, again = (one.predict_proba_of_flows(strangers.flows) for one in twice)
    assert (brief == again).all()
    first = recogniser_training.train(known, (0,), 150, quiet=True)
    table = recogniser_training.scored(first, strangers)
    assert metrics.evaluate(table, 50)[0].value > 0.9
    warm = recogniser_training.calibrated(replace(first, temperature=9.0), strangers)
    losses = [
        calibration.log_loss(recogniser_training.scored(one, strangers)).mean()
        for one in (first, warm)
    ]
    assert losses[1] <= losses[0] + 1e-6 and warm.temperature != 9.0


def test_too_few_people(tmp_path):
    with pytest.raises(MerError, match="4 people.*5 or more"):
        recogniser_training.make(tmp_path, 4, quiet=True)


def test_the_card_says_who_was_seen_and_the_rest_are_strangers(tmp_path, toy, monkeypatch):
    monkeypatch.setattr(recogniser_training, "samples", lambda *_, **__: toy)
    train = recogniser_training.train
    monkeypatch.setattr(
        recogniser_training, "train", lambda known, quiet: train(known, (0,), 2, quiet=quiet)
    )
    few = toy.part(np.flatnonzero(toy.words != "neutral")[:20])
    monkeypatch.setattr(recogniser_training.recogniser_strangers, "strangers", lambda *_, **__: few)
    monkeypatch.setenv("MER_MEGC2019", str(tmp_path / "nowhere"))
    made, strangers = recogniser_training.make(tmp_path, 10, quiet=True)
    assert made.card["calibrated on"].startswith("20 micro-expressions of 1 other")
    assert "not measured" in made.card["real faces"] and "mer fetch" in made.card["real faces"]
    assert "384 pairs of 8 synthetic people" in made.card["trained on"]
    assert set(strangers.people) == {"toy-4", "toy-9"}
    assert "n = 96" in made.card["accuracy on strangers"]


def test_the_account_counts_what_is_right(toy):
    class Oracle:
        """Takes everything for what it is, except that it never sees sadness."""

        classes = CLASSES

        def predict_proba_of_flows(self, flows):
            known = ["neutral" if word == "sadness" else word for word in toy.words]
            return np.eye(6)[[CLASSES.index(word) for word in known]]

    said = recogniser_training.account(Oracle(), toy)
    assert "480 pairs of 10 people" in said and "accuracy 0.833" in said
    assert "micro: 0.800 of 400" in said and "rest: 1.000 of 80" in said
    sadness = said.splitlines()[-2].split()
    assert sadness == ["sadness", "80", "0", "0", "0", "0", "0"]


def test_nobody_who_is_shown_or_reported_was_learned_from():
    casts = {recogniser_data.FIRST_SEED + index // len(COUNTS) for index in range(PEOPLE)}
    measured = json.loads((CHECKOUT / "reports/demo_bars.json").read_text())
    assert read_takes(SAMPLE.parent)[0].seed not in casts
    assert measured["seed"] not in casts


def test_takes_without_a_face(tmp_path):
    take = Take(
        "blank",
        _video(tmp_path, 60),
        "sub01",
        7,
        30.0,
        60,
        (64, 48),
        False,
        (TakeEvent("micro", "happiness", "12", 2, 4, 6, (0.07, 0.13, 0.2), 1.0),),
    )
    with pytest.raises(MerError, match="no face is found in blank"):
        recogniser_data.of_takes([take])
