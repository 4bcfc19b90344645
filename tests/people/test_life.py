"""Acting under conditions: what moves, what is covered, what the webcam shows."""

from dataclasses import replace

import numpy as np
import pytest

from mer.people import takes
from mer.people.behaviour.conditions import CONDITIONS, SETTLE
from mer.people.behaviour.events import Event
from mer.people.behaviour.performance import front_skin
from mer.people.behaviour.schedule import schedules
from mer.people.body.figure import landmarks
from mer.people.rendering.filming import frames
from mer.people.rendering.shadow import shadow

SEED, FPS = 3, 10


def held(kind, at, what, *towards):
    """An event that is whole from half a second after its onset on, for a second."""
    settle = SETTLE if kind == "light" else 0.0
    return Event(kind, at, at + 1, at + 2 + settle, held=(at + 0.5, at + 1.5), what=what,
                 towards=towards)  # fmt: skip


YAW, NEAR, HAND, FREEZE, LAMP = 0.5, 120.0, 5.0, 8.0, 11.0
EVENTS = (
    held("turn", 0.0, "yaw", 0.0, YAW),
    held("approach", 2.5, "near", NEAR),
    held("cover", HAND, "hand at the mouth", 0.2),
    Event("dropped", FREEZE, FREEZE + 0.2, FREEZE + 0.4, what="dropped"),
    held("light", LAMP, "lamp", 1.0),
)


@pytest.fixture(scope="module")
def life():
    (take,) = schedules(SEED, 1, 15, still=True, wanted=CONDITIONS)
    return takes.acted(replace(take, events=EVENTS), FPS, SEED)


def eyes_and_mouth(life, index):
    head = life.figure.head
    points = life.vertices(index)[: len(head.template)]
    balls, mouth = landmarks(head, points)
    return life.camera.project(np.array([*balls, mouth]))


def face(life, index):
    eyes, mouth = np.split(eyes_and_mouth(life, index), [2])
    return 2 * np.linalg.norm(mouth[0] - eyes.mean(0))


@pytest.mark.slow
def test_a_turned_head_shows_its_side_on_shoulders_that_stay(life):
    straight, turned = eyes_and_mouth(life, 22), eyes_and_mouth(life, 10)
    across = np.ptp(turned[:2, 0]) / face(life, 10) / (np.ptp(straight[:2, 0]) / face(life, 22))
    assert across == pytest.approx(np.cos(YAW), abs=0.1)
    low = np.flatnonzero(life.attached == 0)
    moved = life.vertices(10)[low] - life.stands[10], life.vertices(22)[low] - life.stands[22]
    assert np.abs(np.subtract(*moved)).max() < 0.005


@pytest.mark.slow
def test_a_face_has_the_size_of_its_event(life):
    assert face(life, 35) == pytest.approx(NEAR, rel=0.1)


@pytest.mark.slow
def test_a_hand_comes_touches_and_goes(life):
    (cover,), points = life.covers, life.vertices(round(10 * (HAND + 1)))
    assert life.spheres(0).shape == (0, 4) and not cover.near[0]
    height = life.camera.size[1]
    assert life.camera.project(life.vertices(0)[cover.vertices])[:, 1].min() > height
    hand, skin = points[cover.vertices], points[front_skin(life.figure)]
    near = np.linalg.norm(hand[:, None] - skin[None, ::20], axis=2).min()
    assert near < 0.02
    spheres = life.spheres(round(10 * (HAND + 1)))
    assert len(spheres) and np.abs(spheres[:, :3].mean(0) - hand.mean(0)).max() < 0.1


def test_a_sphere_dims_what_lies_behind_it_and_nothing_far_away():
    points = np.array([[0.0, 0.0, 0.0], [0.1, 0.0, 0.0], [2.0, 0.0, 0.0]])
    outward = np.tile([0.0, -1.0, 0.0], (3, 1))
    towards_light = np.array([[-0.02, -0.03, 0.022, 0.015]])
    behind, beside, far = shadow(points, outward, towards_light)
    assert behind < 0.6 < beside <= 1 and far == 1


@pytest.mark.slow
def test_dropped_frames_freeze_and_light_changes_the_picture(life):
    first = round(FPS * FREEZE)
    names = [first - 1, first, first + 3, first + 4]
    shots = frames(life, "x", names).astype(float)
    assert (shots[0] == shots[1]).all() and (shots[0] == shots[2]).all()
    assert (shots[0] != shots[3]).any()
    dark, lit = frames(life, "x", [round(10 * LAMP) - 2, round(10 * LAMP) + 8]).astype(float)
    middle = np.s_[150:350, 220:420]
    assert abs(lit[middle].mean() - dark[middle].mean()) > 3
    assert life.quality and life.brightness.shape == (150,)


@pytest.mark.slow
def test_a_take_like_life_is_read_back_with_its_truth(tmp_path):
    from mer.datasets import read_takes

    plan = schedules(SEED, 1, 3, wanted=CONDITIONS)
    assert takes.record(tmp_path, plan, 10, SEED, progress=False) == ["acted01-life-3s-10fps"]
    (take,) = read_takes(tmp_path)
    assert take.conditions == CONDITIONS and take.frames == 30
    first = take.of_kind("macro")[0]
    assert plan[0].events[0].onset < 0 and first.onset == 0 and first.seconds[0] == 0.0
    assert take.of_kind("midway")[0].seconds[-1] == first.seconds[-1]
    assert [e.what for e in take.events] == [e.what for e in plan[0].events]
    assert take.motion().turns.shape == (30, 3)
