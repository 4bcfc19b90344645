"""A built cast: right motion, no leak of the class, the same bytes for the same seed."""

import hashlib
import json
import shutil
from dataclasses import replace

import cv2
import numpy as np
import pytest

from mer.core.errors import BadData, MerError
from mer.datasets.synthetic import Synthetic
from mer.people import Selection, build, cast, is_built, storage
from mer.people.behaviour.coding import parts
from mer.people.behaviour.performance import BLINK
from mer.people.body.action_units import facial_actions
from mer.people.casme2_statistics import EMOTIONS

# One person, three sequences, hardly more than the key frames: seconds instead of minutes.
TINY = Selection(subjects=("sub15",), per_class=2, frame_step=60, name="tiny")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("people") / "built"
    build(folder, TINY, seed=3, progress=False)
    return folder


@pytest.fixture(scope="module")
def source(root):
    return Synthetic(root)


def _bytes(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
def test_layout_and_table_are_read_like_casme2(source):
    sequences = source.sequences()
    assert source.problems == []
    planned = parts(TINY, 3)
    assert [(s.subject, s.name, s.emotion, s.onset, s.apex, s.offset) for s in sequences] == [
        (p.subject, p.name, p.emotion, p.onset, p.apex, p.offset) for p in planned
    ]
    for sequence, part in zip(sequences, planned, strict=True):
        assert sequence.numbers == tuple(part.numbers(TINY.frame_step).tolist())
        assert sequence.action_units == part.action_units
        assert source.frame(sequence, part.onset).shape == (340, 280, 3)


@pytest.mark.slow
def test_truth_moves_the_onset_nearer_to_the_apex(source):
    for sequence in source.sequences():
        truth = source.truth(sequence)
        onset, apex = (
            cv2.GaussianBlur(source.frame(sequence, n).astype(np.float32), (0, 0), 1)
            for n in (sequence.onset, sequence.apex)
        )
        x, y = np.meshgrid(*map(np.arange, (280, 340)))
        there = (np.dstack([x, y]) + truth.flow).astype(np.float32)
        moved = cv2.remap(apex, there, None, cv2.INTER_CUBIC)
        acting = truth.visible & (np.linalg.norm(truth.flow, axis=2) > 0.5)
        assert acting.sum() > 300
        still = np.abs(apex - onset)[acting].mean()
        assert np.abs(moved - onset)[acting].mean() < 0.7 * still


@pytest.mark.slow
def test_truth_fits_the_table(source):
    for sequence in source.sequences():
        truth = source.truth(sequence)
        assert sequence.onset < truth.apex < sequence.offset
        assert truth.apex in sequence.numbers and sequence.apex in sequence.numbers
        assert abs(truth.apex - sequence.apex) < 20
        assert tuple(truth.numbers) == sequence.numbers
        coded = set(facial_actions(sequence.action_units))
        assert coded <= set(truth.actions) and set(BLINK) <= set(truth.actions)
        acting = [i for i, action in enumerate(truth.actions) if action not in BLINK]
        strengths = truth.intensities[:, acting]
        assert np.all(strengths[0] == 0) and np.all(strengths >= 0)
        assert truth.apex in truth.numbers[strengths.argmax(0)]
        assert 0.4 < truth.visible.mean() < 1
        assert np.all(np.isfinite(truth.flow))


@pytest.mark.slow
def test_haar_finds_the_face_of_every_onset(source):
    detector = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    for sequence in source.sequences():
        grey = cv2.cvtColor(source.frame(sequence, sequence.onset), cv2.COLOR_BGR2GRAY)
        assert len(detector.detectMultiScale(grey, 1.1, 3)) == 1


@pytest.mark.slow
def test_resume_gives_the_same_bytes(root, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    before = _bytes(copy)
    first = parts(TINY, 3)[0]
    (copy / "Cropped" / first.subject / first.name / f"reg_img{first.apex}.jpg").unlink()
    build(copy, TINY, seed=3, progress=False)
    assert _bytes(copy) == before


@pytest.mark.slow
def test_a_finished_set_is_checked_and_mended(root, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    before = _bytes(copy)
    first = parts(TINY, 3)[0]
    frame = copy / "Cropped" / first.subject / first.name / f"reg_img{first.onset}.jpg"
    frame.write_bytes(frame.read_bytes()[:-9])
    (copy / "CASME2-coding-20140508.xlsx").unlink()
    assert {path.name for path in storage.damaged(copy)} == {frame.name, storage.TABLE}
    build(copy, TINY, seed=3, progress=False)
    assert storage.damaged(copy) == [] and _bytes(copy) == before


@pytest.mark.slow
def test_the_manifest_names_every_file_that_was_made(root):
    lines = (root / storage.MANIFEST).read_text().splitlines()
    listed = {line.split("  ")[1]: line.split("  ")[0] for line in lines}
    own = {"people.json", ".lock", storage.MANIFEST}
    assert listed == {name: digest for name, digest in _bytes(root).items() if name not in own}


@pytest.mark.slow
def test_a_damaged_manifest_is_bad_data(root, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    (copy / storage.MANIFEST).write_text("nonsense\n")
    with pytest.raises(BadData, match="line 1: not a checksum. Delete"):
        build(copy, TINY, seed=3, progress=False)


@pytest.mark.slow
def test_another_seed_gives_other_people(root, tmp_path):
    build(tmp_path / "four", TINY, seed=4, progress=False)
    same = set(_bytes(root).values()) & set(_bytes(tmp_path / "four").values())
    assert same <= {hashlib.sha256(b"").hexdigest()}  # the lock


@pytest.mark.slow
def test_finished_sequences_are_not_rendered_again(root, tmp_path, monkeypatch):
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    stamp = json.loads((copy / "people.json").read_text())
    (copy / "people.json").write_text(json.dumps({**stamp, "complete": False}))
    monkeypatch.setattr(cast, "share", None)  # would fail if it were called
    assert not is_built(copy, TINY, 3)
    build(copy, TINY, seed=3, progress=False)
    assert is_built(copy, TINY, 3)
    assert _bytes(copy) == _bytes(root)


@pytest.mark.slow
def test_people_that_a_class_shares_are_only_read(root, tmp_path):
    """Not even a draft or a lock is left for a moment: that would change a folder's time."""
    shared = tmp_path / "shared"
    shutil.copytree(root, shared)
    everything = [shared, *shared.rglob("*")]
    for path in everything:
        path.chmod(0o555 if path.is_dir() else 0o444)  # who is root may write all the same
    before = {path: path.stat().st_mtime_ns for path in everything}
    assert is_built(shared, TINY, 3)
    build(shared, TINY, seed=3, progress=False)
    reader = Synthetic(shared)
    assert reader.fingerprint() == Synthetic(root).fingerprint()
    for sequence in reader.sequences():
        assert reader.frame(sequence, sequence.onset).any() and reader.truth(sequence).flow.any()
    assert {path: path.stat().st_mtime_ns for path in (shared, *shared.rglob("*"))} == before
    for path in everything:
        path.chmod(0o755 if path.is_dir() else 0o644)  # so that pytest can remove it


@pytest.mark.slow
def test_another_seed_or_profile_is_an_error(root):
    assert is_built(root, TINY, 3)
    assert not is_built(root, TINY, 4) and not is_built(root, replace(TINY, name="quick"), 3)
    with pytest.raises(MerError, match="seed 3.*not of.*seed 4.*Delete the folder"):
        build(root, TINY, seed=4, progress=False)
    with pytest.raises(MerError, match="not of profile quick"):
        build(root, replace(TINY, name="quick"), seed=3, progress=False)


@pytest.mark.slow
def test_other_emotions_are_another_set(root, tmp_path):
    other = replace(TINY, emotions=EMOTIONS)
    assert not is_built(root, other, 3)
    with pytest.raises(MerError, match="holds the people of"):
        build(root, other, seed=3, progress=False)


@pytest.mark.slow
def test_a_stamp_without_emotions_counts_for_its_profile(root, tmp_path):
    stamp = json.loads((root / "people.json").read_text())
    assert stamp.pop("emotions") == list(EMOTIONS[:5])
    (tmp_path / "people.json").write_text(json.dumps(stamp))
    assert is_built(tmp_path, TINY, 3)
    assert not is_built(tmp_path, replace(TINY, per_class=1), 3)
    (tmp_path / "people.json").write_text('{"complete": true}')
    assert not is_built(tmp_path, TINY, 3)


@pytest.mark.slow
def test_second_build_in_the_same_folder_is_an_error(root, tmp_path):
    fcntl = pytest.importorskip("fcntl")
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    (copy / "CASME2-coding-20140508.xlsx").unlink()
    (copy / "people.json").write_text((copy / "people.json").read_text().replace("true", "false"))
    with open(copy / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(MerError, match="another process"):
            build(copy, TINY, seed=3, progress=False)
    build(copy, TINY, seed=3, progress=False)
    assert _bytes(copy) == _bytes(root)


def test_folder_of_something_else_is_an_error(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(MerError, match="not empty.*empty folder"):
        build(tmp_path, TINY, seed=3, progress=False)


@pytest.mark.slow
def test_damaged_truth_or_stamp_is_bad_data(root, tmp_path, source):
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    sequence = source.sequences()[0]
    storage.truth_file(copy, sequence.subject, sequence.name).write_bytes(b"PK")
    with pytest.raises(BadData, match="npz.*Delete"):
        Synthetic(copy).truth(sequence)
    (copy / "people.json").write_text("{")
    with pytest.raises(BadData, match="people.json.*Delete"):
        is_built(copy, TINY, 3)
