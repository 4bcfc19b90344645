"""Long takes: recorded, read back and resumed; failing input."""

import json

import cv2
import numpy as np
import pytest

from mer.__main__ import main
from mer.core.errors import BadData, MerError, SourceMissing
from mer.core.parallel import alone
from mer.datasets import read_takes
from mer.people import takes
from mer.people.behaviour.schedule import schedules
from mer.people.identity import identity
from mer.people.takes import record

SEED, FPS, SECONDS = 3, 20, 2


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


def _frames(path):
    capture = cv2.VideoCapture(str(path))
    frames = []
    while (read := capture.read())[0]:
        frames.append(read[1])
    return np.array(frames), capture.get(cv2.CAP_PROP_FPS)


@pytest.mark.parametrize("fps", [0, 5, 1000])
def test_impossible_frame_rates_are_errors(tmp_path, plan, fps):
    with pytest.raises(MerError, match="choose 10 to 400"):
        record(tmp_path, plan, fps)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_people_of_takes_are_not_those_of_the_default_cast():
    theirs = [identity(0, f"sub{k:02d}").skin for k in range(1, 27)]
    person = takes.sitter(SEED, "sub01").person
    assert all(not np.array_equal(person.skin, skin) for skin in theirs)


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_same_seed_same_bytes(root, plan, tmp_path):
    record(tmp_path, plan, FPS, SEED, progress=False)
    names = sorted(path.name for path in root.glob("[!.]*"))
    assert sorted(path.name for path in tmp_path.glob("[!.]*")) == names and len(names) == 3
    for name in names:
        assert (tmp_path / name).read_bytes() == (root / name).read_bytes()


@pytest.mark.slow
def test_what_is_whole_is_kept_and_the_rest_recorded(copy, plan, monkeypatch):
    asked = []
    monkeypatch.setattr(takes, "sitter", lambda *who: asked.append(who))
    record(copy, plan, FPS, SEED, progress=False)
    assert not asked
    next(copy.glob("*.npz")).unlink()
    with pytest.raises(AttributeError):  # nobody, but somebody was asked for
        record(copy, plan, FPS, SEED, progress=False)
    assert asked == [(SEED, plan[0].subject)]


@pytest.mark.slow
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
    assert main(["takes", "--conditions", "speech,turn", "--seed", "2"]) == 0
    assert asked[2][1] == schedules(2, 4, 30, wanted=("turn", "speech"))
    assert main(["takes", "--conditions", "turn,sneeze"]) == 1
    assert "no condition is called 'sneeze'" in capsys.readouterr().err
    assert main(["takes", "--seconds", "1"]) == 1
    assert "choose 2 to 600" in capsys.readouterr().err


@pytest.mark.slow
def test_takes_of_another_seed_are_not_mixed_in(copy, plan):
    with pytest.raises(MerError, match="seed 3.*not of seed 4.*another one"):
        record(copy, plan, FPS, SEED + 1, progress=False)


def test_no_folder_and_no_takes(tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(SourceMissing, match="none in"):
            read_takes(folder)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["webm", "npz"])
def test_missing_and_cut_files(copy, ending):
    path = next(copy.glob(f"*.{ending}"))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(BadData, match=rf"{ending}: \d+ bytes, where .*json says"):
        read_takes(copy)
    path.unlink()
    with pytest.raises(BadData, match=f"{ending}: missing.*mer takes"):
        read_takes(copy)


@pytest.mark.slow
def test_damaged_motion(copy):
    path = next(copy.glob("*.npz"))
    path.write_bytes(b"x" * path.stat().st_size)
    with pytest.raises(BadData, match="no readable motion"):
        read_takes(copy)[0].motion()


@pytest.mark.slow
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
