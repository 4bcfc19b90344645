"""Spotters see a planted movement, not the eyes and not the head; the odd frames stay unseen."""

import cv2
import numpy as np
import pytest
from support.casme2_release import make_release

from mer.datasets import index
from mer.datasets.casme2 import Casme2
from mer.people import Selection, storage
from mer.preprocessing import apex, spotting

COUNT, PEAK = 13, 8


def face(mouth=0.0, lids=0.0, shift=0.0):
    """A textured face (112, 112); `mouth` and `lids` move skin by pixels, `shift` all of it."""
    noise = np.random.default_rng(0).uniform(0, 255, (112, 112)).astype(np.float32)
    texture = cv2.GaussianBlur(noise, (0, 0), 2)
    texture = cv2.normalize(texture, None, 30, 220, cv2.NORM_MINMAX)
    y, x = np.mgrid[:112, :112].astype(np.float32)

    def bump(row, size):
        return size * np.exp(-((x - 56) ** 2 + (y - row) ** 2) / 200)

    move = bump(88, mouth) + bump(39, lids)
    return cv2.remap(
        texture, x + shift, y + move, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    ).astype(np.uint8)


def rise(number, peak):
    return float(np.interp(number, [0, peak, COUNT - 1], [0, 1, 0.1]))


def film(**moves):
    return np.stack([face(**{name: move(n) for name, move in moves.items()}) for n in range(COUNT)])


def peaks(frames):
    found, region = spotting.curves(frames)
    return {name: apex.spot(range(COUNT), curve) for name, curve in found.items()}, region


def test_every_spotter_finds_a_smile():
    found, region = peaks(film(mouth=lambda n: 3 * rise(n, PEAK)))
    assert region == "mouth" and set(found) == set(spotting.SPOTTERS)
    assert all(abs(frame - PEAK) <= 1 for frame in found.values()), found


def test_a_blink_does_not_move_the_apex():
    found, region = peaks(film(mouth=lambda n: 2 * rise(n, PEAK), lids=lambda n: 4 * rise(n, 3)))
    assert region == "mouth"
    assert abs(found["strongest region"] - PEAK) <= 1
    assert abs(found["flow magnitude"] - PEAK) <= 2


def test_a_head_that_moves_does_not_fool_the_flow():
    found, _ = peaks(film(mouth=lambda n: 3 * rise(n, PEAK), shift=lambda n: 3 * rise(n, 3)))
    assert abs(found["frame difference"] - PEAK) >= 3, "the head must matter, or nothing is shown"
    assert abs(found["strongest region"] - PEAK) <= 1


def test_the_regions_leave_the_eyes_out():
    skin, parts = spotting.regions(100)
    assert set(parts) == {"brows", "cheeks", "mouth"}
    assert not skin[35, 30] and not any(part[35].any() for part in parts.values())
    assert sum(parts.values()).max() == 1, "regions overlap"


def test_the_stamp_of_the_people_says_how_they_are_thinned(tmp_path):
    assert storage.frame_step(tmp_path) == Casme2.frame_step == 1
    storage.write_stamp(tmp_path, Selection(frame_step=6), 0, complete=True)
    assert storage.frame_step(tmp_path) == 6


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    root = tmp_path_factory.mktemp("release")
    make_release(root, traps=())
    source = Casme2(root)
    return source, index.kept(index.build_index(source).sequences)


def test_a_sequence_is_read_from_onset_to_offset(release):
    source, sequences = release
    readings = spotting.read_all(source, sequences[:3], quiet=True)
    assert list(readings) == [s.key for s in sequences[:3]]
    for sequence in sequences[:3]:
        reading = readings[sequence.key]
        assert (reading.numbers[0], reading.numbers[-1]) == (sequence.onset, sequence.offset)
        assert reading.length == sequence.offset - sequence.onset
        assert sequence.onset <= reading.answer() <= sequence.offset
        assert all(len(curve) == len(reading.numbers) for curve in reading.curves.values())


def test_frames_between_the_even_ones_are_not_read(release, monkeypatch):
    source, sequences = release
    monkeypatch.setattr(Casme2, "frame_step", 4)
    one = max(sequences, key=lambda s: s.offset - s.onset)
    numbers = spotting.read(source, one).numbers
    inside = set(range(one.onset, one.offset + 1, 4)) | {one.offset}
    assert set(numbers) == inside, "the annotated apex would stand out"
