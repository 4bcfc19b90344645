"""The synthetic people: right motion, no leak of the class, the same bytes for the same seed."""

import hashlib
import json
import shutil
from collections import Counter
from dataclasses import replace

import cv2
import numpy as np
import pytest

from mer.core.errors import BadData, MerError
from mer.datasets.synthetic import Synthetic
from mer.people import build, cast, is_built, manifest
from mer.people.behaviour.coding import parts
from mer.people.behaviour.dynamics import activation
from mer.people.behaviour.performance import BLINK
from mer.people.body.action_units import ACTIONS, facial_actions
from mer.people.casme2_statistics import ACTION_UNITS, COUNTS, EMOTIONS
from mer.people.cast import truth_file
from mer.people.geometry.subdivide import subdivide
from mer.people.identity import identity
from mer.study.profiles import PROFILES

# Two people, three sequences, hardly more than the key frames: seconds instead of minutes.
TINY = replace(PROFILES["smoke"], subjects=("sub15",), frame_step=60)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("people") / "built"
    build(folder, TINY, seed=3, progress=False)
    return folder


@pytest.fixture(scope="module")
def source(root):
    return Synthetic(root)


@pytest.fixture(scope="module")
def stage():
    """The model of the human and the places on its skin."""
    from mer.people.body.head import Sculptor
    from mer.people.body.skin import surface

    sculptor = Sculptor()
    return sculptor, surface(sculptor.head)


@pytest.fixture(scope="module")
def actor(stage):
    from mer.people.rendering.frames import figure

    return _actor(stage, 3, "sub15", figure)


def _actor(stage, seed, subject, figure):
    sculptor, place = stage
    person = identity(seed, subject)
    shape = sculptor.shape(person.phenotypes, person.changes)
    return figure(sculptor.head, place, person, shape, seed)


def _bytes(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# -- the plan ---------------------------------------------------------------------------------


def test_full_table_has_the_counts_of_casme2():
    rows = parts(PROFILES["full"], 0)
    assert len(rows) == 255
    assert Counter(row.emotion for row in rows) == {
        "others": 99, "disgust": 63, "happiness": 32, "repression": 27, "surprise": 25,
        "sadness": 7, "fear": 2}  # fmt: skip
    counts = Counter((row.subject, row.emotion) for row in rows)
    for subject, expected in COUNTS.items():
        assert tuple(counts[subject, emotion] for emotion in EMOTIONS) == expected


def test_action_units_occur_as_often_as_they_were_coded():
    rows = parts(PROFILES["full"], 0)
    for emotion, coded in ACTION_UNITS.items():
        assert Counter(row.action_units for row in rows if row.emotion == emotion) == coded


def test_rows_of_quick_have_the_five_studied_emotions_and_are_the_rows_of_full():
    quick = parts(PROFILES["quick"], 0)
    assert len(quick) == 154
    assert {row.emotion for row in quick} == set(EMOTIONS[:5])
    assert set(quick) <= set(parts(PROFILES["full"], 0))


def test_smoke_has_few_sequences_of_every_emotion():
    smoke = PROFILES["smoke"]
    counts = Counter((row.subject, row.emotion) for row in parts(smoke, 0))
    assert {subject for subject, _ in counts} == set(smoke.subjects)
    assert {emotion for _, emotion in counts} == set(EMOTIONS[:5])
    assert max(counts.values()) <= smoke.per_class


def test_names_are_unique_within_a_person_and_frames_in_order():
    rows = parts(PROFILES["full"], 0)
    assert len({(row.subject, row.name) for row in rows}) == 255
    assert all(row.onset < row.apex < row.offset for row in rows)


def test_thinning_keeps_the_key_frames():
    for row in parts(PROFILES["quick"], 0)[:40]:
        numbers = row.numbers(6)
        keys = {row.onset, row.apex, row.true_apex, row.offset}
        assert keys <= set(numbers.tolist())
        assert np.all(np.diff(numbers) > 0) and np.diff(numbers).max() <= 6
        assert len(row.numbers(1)) == row.offset - row.onset + 1


def test_unknown_subject_of_a_profile_is_an_error():
    with pytest.raises(MerError, match="sub99.*sub01 to sub26"):
        parts(replace(TINY, subjects=("sub99",)), 0)


# -- actions and time -------------------------------------------------------------------------


def test_every_coded_unit_has_facial_actions():
    for strings in ACTION_UNITS.values():
        for units in strings:
            if units != "?":
                assert set(facial_actions(units)) <= set(ACTIONS)


def test_sided_units_move_one_side():
    assert facial_actions("L12") == {"mouthSmileLeft": 1.0}
    assert facial_actions("R2") == {"browOuterUpRight": 1.0}
    assert facial_actions("L1") == {"browInnerUpLeft": 1.0}
    assert set(facial_actions("12")) == {"mouthSmileLeft", "mouthSmileRight"}


@pytest.mark.parametrize("units", ["99", "M12", "", "4+", "twelve"])
def test_unknown_unit_is_an_error(units):
    with pytest.raises(MerError, match="Action Unit"):
        facial_actions(units)


def test_activation_rests_at_the_onset_peaks_at_the_apex_and_falls_more_slowly():
    numbers = np.arange(10, 61)
    curve = activation(numbers, 10, 30, 60, np.random.default_rng(0))
    assert curve[0] == 0 and curve[1] < 0.01
    assert numbers[curve.argmax()] == 30 and curve.max() == 1
    assert np.all(np.diff(curve[:21]) > 0) and np.all(np.diff(curve[20:]) < 0)
    assert 0.04 < curve[-1] < 0.31


def test_subdivision_keeps_a_plane_and_halves_texture_edges():
    points = np.array([[x, y, 2.0] for y in range(4) for x in range(4)])
    quads = np.array([[4 * y + x, 4 * y + x + 1, 4 * y + x + 5, 4 * y + x + 4]
                      for y in range(3) for x in range(3)])  # fmt: skip
    matrix, fine = subdivide(quads, len(points))
    assert fine.shape == (36, 4)
    assert np.allclose((matrix @ points)[:, 2], 2)
    assert np.allclose((matrix @ points)[5], points[5])  # the inside of a regular grid stays
    straight, _ = subdivide(quads, len(points), smooth=False)
    assert np.allclose((straight @ points)[:16], points)


# -- people -----------------------------------------------------------------------------------


def test_people_differ_and_stay_themselves():
    one, same, other = identity(3, "sub01"), identity(3, "sub01"), identity(3, "sub02")
    assert one.changes == same.changes and np.array_equal(one.skin, same.skin)
    assert one.changes != other.changes
    assert identity(4, "sub01").changes != one.changes


def test_cast_covers_the_range_of_skin_tones_and_both_sexes():
    cast = [identity(0, subject) for subject in COUNTS]
    brightness = sorted(person.skin.mean() for person in cast)
    assert brightness[0] < 0.25 and brightness[-1] > 0.75
    assert sum(person.phenotypes["gender"] > 0.5 for person in cast) == 13


def test_shape_does_not_depend_on_the_number_of_threads(stage):
    import torch

    person, before = identity(3, "sub15"), torch.get_num_threads()
    shapes = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        shapes.append(stage[0].shape(person.phenotypes, person.changes))
        assert torch.get_num_threads() == threads
    torch.set_num_threads(before)
    assert np.array_equal(*shapes)


def test_still_face_renders_the_same_and_faces_differ(stage, actor):
    from mer.people.rendering.frames import figure
    from mer.people.rendering.radiance import radiance

    rest = radiance(actor, actor.neutral, np.zeros(2))
    assert rest.shape == (340, 280, 3)
    assert np.array_equal(rest, radiance(actor, actor.neutral, np.zeros(2)))
    again = radiance(_actor(stage, 3, "sub15", figure), actor.neutral, np.zeros(2))
    assert np.array_equal(rest, again)
    stranger = _actor(stage, 3, "sub16", figure)
    assert np.abs(rest - radiance(stranger, stranger.neutral, np.zeros(2))).mean() > 0.03


# -- a built folder ---------------------------------------------------------------------------


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


def test_haar_finds_the_face_of_every_onset(source):
    detector = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    for sequence in source.sequences():
        grey = cv2.cvtColor(source.frame(sequence, sequence.onset), cv2.COLOR_BGR2GRAY)
        assert len(detector.detectMultiScale(grey, 1.1, 3)) == 1


def test_resume_gives_the_same_bytes(root, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    before = _bytes(copy)
    first = parts(TINY, 3)[0]
    (copy / "Cropped" / first.subject / first.name / f"reg_img{first.apex}.jpg").unlink()
    build(copy, TINY, seed=3, progress=False)
    assert _bytes(copy) == before


def test_a_finished_set_is_checked_and_mended(root, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    before = _bytes(copy)
    first = parts(TINY, 3)[0]
    frame = copy / "Cropped" / first.subject / first.name / f"reg_img{first.onset}.jpg"
    frame.write_bytes(frame.read_bytes()[:-9])
    (copy / "CASME2-coding-20140508.xlsx").unlink()
    assert {path.name for path in manifest.damaged(copy)} == {frame.name, cast.NAME}
    build(copy, TINY, seed=3, progress=False)
    assert manifest.damaged(copy) == [] and _bytes(copy) == before


def test_the_manifest_names_every_file_that_was_made(root):
    lines = (root / manifest.NAME).read_text().splitlines()
    listed = {line.split("  ")[1]: line.split("  ")[0] for line in lines}
    own = {"people.json", ".lock", manifest.NAME}
    assert listed == {name: digest for name, digest in _bytes(root).items() if name not in own}


def test_a_damaged_manifest_is_bad_data(root, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    (copy / manifest.NAME).write_text("nonsense\n")
    with pytest.raises(BadData, match="line 1: not a checksum. Delete"):
        build(copy, TINY, seed=3, progress=False)


def test_another_seed_gives_other_people(root, tmp_path):
    build(tmp_path / "four", TINY, seed=4, progress=False)
    same = set(_bytes(root).values()) & set(_bytes(tmp_path / "four").values())
    assert same <= {hashlib.sha256(b"").hexdigest()}  # the lock


def test_a_pixel_shows_the_triangle_that_a_ray_would_meet(actor):
    from mer.people.body.head import WORN
    from mer.people.geometry.raster import rasterise
    from mer.people.geometry.rays import RayScene
    from mer.people.rendering.true_flow import _look

    camera, mesh, place = actor.camera, actor.mesh, actor.neutral
    (drawn,) = rasterise(camera.project(place), camera.depth(place), mesh.triangles, camera.size)
    met = _look(RayScene(place, mesh.triangles), camera, camera.pixels())
    worn = np.append(mesh.kind == WORN, False)  # locks of hair are drawn from outside only
    head = ~worn[drawn.triangle] & ~worn[met.triangle]
    same = drawn.triangle == met.triangle
    assert same[head].mean() > 0.999
    hit = same & head & (met.triangle >= 0)
    assert hit.mean() > 0.4
    assert np.allclose(drawn.distance[hit], met.distance[hit], atol=1e-4)
    assert np.allclose(drawn.weights[hit], met.weights[hit], atol=0.02)


def test_finished_sequences_are_not_rendered_again(root, tmp_path, monkeypatch):
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    stamp = json.loads((copy / "people.json").read_text())
    (copy / "people.json").write_text(json.dumps({**stamp, "complete": False}))
    monkeypatch.setattr("mer.people.cast._render_batch", None)  # would fail if it were called
    assert not is_built(copy, TINY, 3)
    build(copy, TINY, seed=3, progress=False)
    assert is_built(copy, TINY, 3)
    assert _bytes(copy) == _bytes(root)


def test_another_seed_or_profile_is_an_error(root):
    assert is_built(root, TINY, 3)
    assert not is_built(root, TINY, 4) and not is_built(root, PROFILES["quick"], 3)
    with pytest.raises(MerError, match="seed 3.*not of.*seed 4.*Delete the folder"):
        build(root, TINY, seed=4, progress=False)
    with pytest.raises(MerError, match="not of profile quick"):
        build(root, PROFILES["quick"], seed=3, progress=False)


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


def test_damaged_truth_or_stamp_is_bad_data(root, tmp_path, source):
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    sequence = source.sequences()[0]
    truth_file(copy, sequence.subject, sequence.name).write_bytes(b"PK")
    with pytest.raises(BadData, match="npz.*Delete"):
        Synthetic(copy).truth(sequence)
    (copy / "people.json").write_text("{")
    with pytest.raises(BadData, match="people.json.*Delete"):
        is_built(copy, TINY, 3)
