"""Long takes: what is scheduled, recorded and read back; resuming; failing input."""

import json
from collections import Counter
from itertools import pairwise

import cv2
import numpy as np
import pytest

from mer.__main__ import main
from mer.core.errors import BadData, MerError, SourceMissing
from mer.core.parallel import alone
from mer.datasets import read_takes
from mer.people import takes
from mer.people.behaviour import schedule
from mer.people.behaviour.acting import act
from mer.people.behaviour.performance import skin_shift
from mer.people.behaviour.schedule import PAUSE, schedules
from mer.people.body.clothes import clip, dress
from mer.people.identity import identity
from mer.people.takes import record

SEED, FPS, SECONDS = 3, 20, 2
EXPRESSIONS = ("micro", "macro")


@pytest.fixture(scope="module")
def plan():
    return schedules(SEED, 1, SECONDS)


@pytest.fixture(scope="module")
def root(tmp_path_factory, plan):
    folder = tmp_path_factory.mktemp("takes")
    record(folder, plan, FPS, SEED, progress=False)
    return folder


@pytest.fixture
def copy(root, tmp_path):
    for path in root.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def dressed(subject):
    person = takes.sitter(SEED, subject)
    return dress(person.figure(), person.seed)


def _frames(path):
    capture = cv2.VideoCapture(str(path))
    frames = []
    while (read := capture.read())[0]:
        frames.append(read[1])
    return np.array(frames), capture.get(cv2.CAP_PROP_FPS)


def _shown(take, *kinds):
    return [event for event in take.events if event.kind in kinds]


# -- the schedule -----------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [2, 3, 7.5, 20, 30, 60])
def test_expressions_stand_apart_and_inside_the_take(seconds):
    for take in schedules(1, 12, seconds):
        shown = _shown(take, *EXPRESSIONS)
        assert shown[0].onset > 0.4 and shown[-1].offset < seconds - 0.4
        assert all(b.onset - a.offset >= PAUSE - 1e-9 for a, b in pairwise(shown))
        assert all(e.onset < e.apex < e.offset for e in take.events)
        assert take.events[0].onset > 0 and max(e.offset for e in take.events) <= seconds


def test_as_many_events_as_asked_for():
    sets = schedules(2, 40, 30)
    micros = [len(_shown(take, "micro")) for take in sets]
    assert 3 <= min(micros) < max(micros) <= 9
    assert np.mean([len(_shown(take, "macro")) for take in sets]) > 1
    # A set of an hour each: the rates come out without the grain of short takes.
    for take in schedules(2, 6, 600):
        assert 4 / 1.5 < len(_shown(take, "blink")) / 10 < 20


def test_lengths_are_those_of_the_statistics():
    events = [event for take in schedules(5, 40, 60) for event in take.events]
    long = {
        kind: [e.offset - e.onset for e in events if e.kind == kind]
        for kind in ("micro", "macro", "blink")
    }
    assert min(long["micro"]) >= 0.12 - 1e-9 and max(long["micro"]) < 0.9
    assert 0.28 < np.median(long["micro"]) < 0.40
    assert min(long["macro"]) >= 0.5 and max(long["macro"]) <= 4
    assert min(long["blink"]) >= 0.15 and max(long["blink"]) <= 0.30


def test_no_blink_and_no_nod_hides_a_micro_expression():
    for take in schedules(4, 20, 60):
        for event in _shown(take, "blink", "nod"):
            assert all(
                event.offset < micro.onset or event.onset > micro.offset
                for micro in _shown(take, "micro")
            )
        assert all(b.onset > a.offset for a, b in pairwise(_shown(take, "blink")))


def test_emotions_are_balanced_over_a_set():
    emotions = Counter(
        event.emotion for take in schedules(6, 9, 30) for event in _shown(take, "micro")
    )
    assert set(emotions) == set(schedule.STUDIED)
    assert max(emotions.values()) - min(emotions.values()) <= 1


def test_a_set_begins_the_same_however_long_it_is():
    assert schedules(0, 3, 30) == schedules(0, 6, 30)[:3]
    assert schedules(0, 3, 30) != schedules(1, 3, 30)
    assert len({take.subject for take in schedules(0, 26, 20)}) == 26


def test_still_takes_show_no_expression():
    for take in schedules(0, 10, 60, still=True):
        assert {event.kind for event in take.events} <= {"blink", "nod"}
        assert _shown(take, "blink")


@pytest.mark.parametrize(
    "count, seconds, what",
    [(1, 1, "1 seconds: choose 2 to 600"), (1, 601, "601 seconds"), (0, 30, "0 takes")],
)
def test_impossible_sets_are_errors(count, seconds, what):
    with pytest.raises(MerError, match=what):
        schedules(0, count, seconds)


@pytest.mark.parametrize("fps", [0, 5, 1000])
def test_impossible_frame_rates_are_errors(tmp_path, plan, fps):
    with pytest.raises(MerError, match="choose 10 to 400"):
        record(tmp_path, plan, fps)
    assert not list(tmp_path.iterdir())


# -- acting -----------------------------------------------------------------------------------


def test_face_is_at_rest_at_the_onset_and_moves_most_at_the_apex():
    take = next(
        take
        for take in schedules(SEED, 9, 8)
        if _shown(take, "macro", "blink") and len(_shown(take, *EXPRESSIONS)) > 1
    )
    acting = act(dressed(take.subject), take, 200, SEED)
    show = acting.show

    def shift(seconds):
        expression = show.intensities[round(seconds * 200), :-2]
        return skin_shift(acting.figure, show.fields[:-2], expression).max()

    for event, peak in zip(take.events, acting.peaks, strict=True):
        if event.kind in EXPRESSIONS:
            assert shift(event.onset) < 0.02 * peak
            assert shift(event.apex) == pytest.approx(peak, rel=0.05)
            between = np.linspace(event.onset, event.offset, 15)
            assert max(map(shift, between)) < 1.1 * peak
            assert shift(event.offset) < 0.35 * peak
            assert shift(min(event.offset + 0.5, 7.99)) == 0
            assert (peak < 5) if event.kind == "micro" else (6 <= peak <= 14)
        elif event.kind == "blink":
            assert show.intensities[round(event.apex * 200), -1] > 0.7


def test_two_cameras_see_the_same_performance(plan):
    figure = dressed(plan[0].subject)
    fast, slow = (act(figure, plan[0], fps, SEED) for fps in (200, 20))
    assert fast.show.actions == slow.show.actions
    np.testing.assert_allclose(fast.show.intensities[::10], slow.show.intensities, atol=1e-6)
    np.testing.assert_allclose(fast.motion[::10], slow.motion)
    np.testing.assert_allclose(fast.show.gaze[::10], slow.show.gaze)


def test_head_moves_several_pixels_on_shoulders_that_stay():
    take = schedules(SEED, 1, 30, still=True)[0]
    acting = act(dressed(take.subject), take, 10, SEED)
    eyes = np.concatenate(acting.figure.head.eye_vertices)
    low = np.flatnonzero(acting.attached == 0)
    places = [acting.vertices(index) for index in range(0, 300, 5)]
    eyes = [acting.camera.project(place[eyes]).mean(0) for place in places]
    assert 4 < np.ptp(eyes, 0).max() < 60
    first = acting.camera.project(places[0][low])
    assert max(np.abs(acting.camera.project(p[low]) - first).max() for p in places) < 4


def test_people_of_takes_are_not_those_of_the_default_cast():
    theirs = [identity(0, f"sub{k:02d}").skin for k in range(1, 27)]
    person = takes.sitter(SEED, "sub01").person
    assert all(not np.array_equal(person.skin, skin) for skin in theirs)


def test_clipping_cuts_a_surface_along_its_level():
    corners = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]])
    triangles = np.array([[0, 1, 2], [0, 2, 3]])
    level = 0.7 - corners[:, 0]
    kept, faces = clip(corners, triangles, level)
    a, b, c = (kept[faces[:, k]] for k in range(3))
    ab, ac = b - a, c - a
    areas = (ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]) / 2
    assert (areas > 0).all() and areas.sum() == pytest.approx(0.7)
    assert kept[:, 0].max() == pytest.approx(0.7)


# -- recording --------------------------------------------------------------------------------


def test_a_take_is_read_back_whole(root, plan):
    (take,) = read_takes(root)
    assert take.name == "acted01-2s-20fps" and take.person == plan[0].subject
    assert (take.fps, take.frames, take.size, take.still) == (20, 40, (640, 480), False)
    frames, fps = _frames(take.video)
    assert frames.shape == (40, 480, 640, 3) and fps == pytest.approx(20)
    assert take.motion().intensities.shape == (40, len(take.motion().actions))
    for event, planned in zip(take.events, plan[0].events, strict=True):
        assert event.seconds == (planned.onset, planned.apex, planned.offset)
        assert event.onset <= FPS * planned.onset < event.onset + 1
        assert abs(event.apex - FPS * planned.apex) <= 0.5
        assert event.offset - 1 < FPS * planned.offset <= event.offset


def test_the_picture_shows_a_face_with_clothes_below(root):
    frames, _ = _frames(next(root.glob("*.webm")))
    files = cv2.data.haarcascades + "haarcascade_frontalface_default.xml"
    found = cv2.CascadeClassifier(files).detectMultiScale(
        cv2.cvtColor(frames[0], cv2.COLOR_BGR2GRAY), 1.1, 5, minSize=(150, 150)
    )
    ((x, _y, width, _height),) = found
    assert abs(x + width / 2 - 320) < 40 and 160 < width < 340
    wall = np.float32(frames[0][5, 5])
    assert np.abs(frames[0][:300, :90].astype(float) - wall).max() < 40  # a plain wall beside it
    assert np.abs(frames[0][475, 300:340].astype(float) - wall).max() > 15  # not below


def test_same_seed_same_bytes(root, plan, tmp_path):
    record(tmp_path, plan, FPS, SEED, progress=False)
    names = sorted(path.name for path in root.glob("[!.]*"))
    assert sorted(path.name for path in tmp_path.glob("[!.]*")) == names and len(names) == 3
    for name in names:
        assert (tmp_path / name).read_bytes() == (root / name).read_bytes()


def test_what_is_whole_is_kept_and_the_rest_recorded(copy, plan, monkeypatch):
    asked = []
    monkeypatch.setattr(takes, "sitter", lambda *who: asked.append(who))
    record(copy, plan, FPS, SEED, progress=False)
    assert not asked
    next(copy.glob("*.npz")).unlink()
    with pytest.raises(AttributeError):  # nobody, but somebody was asked for
        record(copy, plan, FPS, SEED, progress=False)
    assert asked == [(SEED, plan[0].subject)]


def test_a_kill_never_leaves_a_take_that_looks_whole(tmp_path, plan, monkeypatch):
    def broken(*unused):
        raise KeyboardInterrupt

    monkeypatch.setattr(takes, "write_json", broken)
    with pytest.raises(KeyboardInterrupt):
        record(tmp_path, plan, 10, SEED, progress=False)
    with pytest.raises(SourceMissing, match="mer takes"):
        read_takes(tmp_path)
    assert {path.name for path in tmp_path.glob(".*")} == {".lock"}  # no half of a video


def test_a_second_run_in_the_same_folder_is_refused(tmp_path, plan):
    with alone(tmp_path), pytest.raises(MerError, match="another process is at work"):
        record(tmp_path, plan, FPS, SEED, progress=False)


def test_command_line_records_below_the_folder_of_the_seed(capsys, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(
        takes,
        "record",
        lambda root, plan, fps, seed: asked.append((root, plan, fps, seed)) or ["first", "last"],
    )
    assert main(["takes", "--fps", "200", "--seconds", "20", "--count", "2", "--seed", "7"]) == 0
    ((root, plan, fps, seed),) = asked
    assert root.parts[-3:] == ("data", "synthetic", "takes-seed7") and (fps, seed) == (200, 7)
    assert plan == schedules(7, 2, 20)
    assert "first to last" in capsys.readouterr().out
    assert main(["takes", "--still", "--out", str(tmp_path)]) == 0
    assert asked[1] == (tmp_path, schedules(0, 4, 30, still=True), 30, 0)
    assert main(["takes", "--seconds", "1"]) == 1
    assert "choose 2 to 600" in capsys.readouterr().err


def test_takes_of_another_seed_are_not_mixed_in(copy, plan):
    with pytest.raises(MerError, match="seed 3.*not of seed 4.*another one"):
        record(copy, plan, FPS, SEED + 1, progress=False)


# -- failing input ----------------------------------------------------------------------------


def test_no_folder_and_no_takes(tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(SourceMissing, match="none in"):
            read_takes(folder)


@pytest.mark.parametrize("ending", ["webm", "npz"])
def test_missing_and_cut_files(copy, ending):
    path = next(copy.glob(f"*.{ending}"))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(BadData, match=rf"{ending}: \d+ bytes, where .*json says"):
        read_takes(copy)
    path.unlink()
    with pytest.raises(BadData, match=f"{ending}: missing.*mer takes"):
        read_takes(copy)


def test_damaged_motion(copy):
    path = next(copy.glob("*.npz"))
    path.write_bytes(b"x" * path.stat().st_size)
    with pytest.raises(BadData, match="no readable motion"):
        read_takes(copy)[0].motion()


@pytest.mark.parametrize(
    "change, what",
    [
        (lambda card: card.pop("fps"), "no 'fps'"),
        (lambda card: card["events"][0].update(kind="sneeze"), "unknown kind of event 'sneeze'"),
        (lambda card: card["events"][0].update(offset=40), "of 40 frames"),
        (lambda card: card["events"][0].pop("apex"), "apex"),
    ],
)
def test_damaged_cards(copy, change, what):
    path = next(copy.glob("*.json"))
    card = json.loads(path.read_text())
    change(card)
    path.write_text(json.dumps(card))
    with pytest.raises(BadData, match=f"not the card of a take.*{what}"):
        read_takes(copy)
    path.write_text("{")
    with pytest.raises(BadData, match="not the card of a take"):
        read_takes(copy)
    with pytest.raises(BadData, match="not the card of a take.*Delete it"):
        record(copy, schedules(SEED, 1, SECONDS), FPS, SEED, progress=False)
