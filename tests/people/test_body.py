"""The looks of the synthetic people: varied, the same for the same seed, and fit to be tracked."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from mer.core.errors import MerError
from mer.people.body import atlas, hair
from mer.people.body.features import BROW, brow_line
from mer.people.body.glasses import glasses
from mer.people.body.hair import hairline, lift, style
from mer.people.body.head import sculptor
from mer.people.body.locks import locks
from mer.people.body.skin import paint
from mer.people.casme2_statistics import COUNTS
from mer.people.geometry.mesh import normals
from mer.people.geometry.rays import RayScene
from mer.people.identity import BEARDS, FRAMES, MEN_HAIR, WOMEN_HAIR, identity

SEEDS = (0, 1, 2)


def cast(seed):
    return [identity(seed, subject) for subject in COUNTS]


def shape_of(person):
    return sculptor().shape(person.phenotypes, person.changes)


def millimetres(head, neutral, points):
    """Points in metres -> millimetres from the middle of the eyes: right, forward, up."""
    middle = np.mean([neutral[v].mean(0) for v in head.eye_vertices], 0)
    return (points - middle) * [1000, -1000, 1000]


def first(test, seeds=SEEDS):
    """The first person for whom `test` holds, with the seed."""
    return next((seed, person) for seed in seeds for person in cast(seed) if test(person))


# -- who they are -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_skin_tones_are_spread_evenly_from_light_to_dark(seed):
    people = sorted(cast(seed), key=lambda person: person.tone)
    assert [int(26 * person.tone) for person in people] == list(range(26))
    brightness = np.array([person.skin.mean() for person in people])
    assert brightness[0] > 0.75 and brightness[-1] < 0.25
    assert all((p.skin[0] > p.skin[1]) and (p.skin[1] > p.skin[2]) for p in people)


@pytest.mark.parametrize("seed", SEEDS)
def test_styles_of_hair_beards_and_glasses_vary(seed):
    people = cast(seed)
    women = [person for person in people if person.female]
    men = [person for person in people if not person.female]
    assert len(women) == len(men) == 13
    assert {person.hairstyle for person in men} == set(MEN_HAIR)
    assert {person.hairstyle for person in women} >= set(WOMEN_HAIR) - {"afro"}
    assert {person.beard for person in women} == {"none"}
    assert len({person.beard for person in men}) >= len(set(BEARDS)) - 1
    wearers = [person.glasses for person in people if person.glasses != "none"]
    assert sorted(wearers) == sorted(FRAMES)
    ages = sorted(person.age for person in people)
    assert 18 <= ages[0] < 20 and 38 < ages[-1] <= 40


def test_another_seed_gives_the_same_subject_another_look():
    one, again, other = identity(0, "sub05"), identity(0, "sub05"), identity(1, "sub05")
    assert one.changes == again.changes and np.array_equal(one.hair, again.hair)
    assert one.changes != other.changes and not np.array_equal(one.skin, other.skin)


def test_unknown_person_is_an_error():
    with pytest.raises(MerError, match="sub27.*sub01 to sub26"):
        identity(0, "sub27")


# -- the atlas --------------------------------------------------------------------------------


def test_atlas_shows_the_face_upright_at_an_even_resolution(place):
    right, forward, up = np.moveaxis(place[: atlas.ROLL], -1, 0)
    front = (np.abs(right) < 55) & (np.abs(up + 20) < 70) & (forward > -40)
    assert front.sum() > 50_000
    x, y = np.moveaxis(atlas.texel(right, forward, up)[front], -1, 0)
    rows, columns = np.nonzero(front)
    assert np.percentile(np.hypot(x - columns, y - rows), 99) < 1
    assert np.nanmedian(-np.gradient(up, axis=0)[front]) == pytest.approx(1 / atlas.DENSITY, 0.02)


def test_ears_have_islands_of_their_own(head):
    own = head.corners >= len(head.template)
    rows = head.texels[head.corners][..., 1]
    assert np.array_equal(rows > atlas.ROLL, own)
    ears = (head.template[head.triangles[own]] - head.eyes.mean(0)) * 1000
    assert np.abs(ears[:, 0]).min() > 55
    assert len(np.unique(head.triangles[own])) > 500


def test_paint_is_the_same_for_the_same_seed(head, place):
    person = identity(3, "sub15")
    atlas = paint(head, place, person, 3)
    assert atlas.shape == (*head.atlas, 3) and atlas.dtype == np.float32
    assert atlas.min() > 0 and atlas.max() <= 1
    assert np.array_equal(atlas, paint(head, place, person, 3))
    assert not np.array_equal(atlas, paint(head, place, person, 4))


@pytest.mark.parametrize("light", [True, False])
def test_skin_has_fine_texture_that_flow_can_follow_but_no_rash(head, place, light):
    seed, person = first(lambda p: p.tone < 0.1 if light else p.tone > 0.9)
    grey = 255 * cv2.cvtColor(paint(head, place, person, seed), cv2.COLOR_RGB2GRAY)
    cheek = (np.abs(place[..., 0] - 38) < 12) & (np.abs(place[..., 2] + 28) < 9)
    fine = grey - cv2.GaussianBlur(grey, (0, 0), 6)
    assert 1.2 < fine[cheek].std() < 6
    chroma = cv2.cvtColor(paint(head, place, person, seed), cv2.COLOR_RGB2Lab)[..., 1]
    assert (chroma - cv2.GaussianBlur(chroma, (0, 0), 12))[cheek].std() < 2.5


# -- hair -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_hairline_is_above_the_brows(seed):
    t = np.linspace(0, 1, 20)
    for person in cast(seed):
        right, up = brow_line(person, t)
        top = up + person.brow_thickness
        across = atlas.AXIS * np.arctan2(right, atlas.AXIS + 10)
        assert (hairline(person, across) - top).min() > 8, person.subject


def test_hair_lifts_the_scalp_and_neither_face_nor_ears(head):
    up = (head.template - head.eyes.mean(0))[:, 2] * 1000
    right = np.abs(head.template[:, 0]) * 1000
    face = (up < 35) & (right < 60) & (head.template[:, 1] < head.eyes[0, 1] + 0.03)
    ears = np.unique(head.triangles[head.corners >= len(head.template)])
    for hairstyle, least, most in (("afro", 25, 70), ("short", 6, 16), ("buzz", 0.8, 3)):
        person = replace(identity(0, "sub01"), hairstyle=hairstyle)
        raised = 1000 * lift(head, person, 0)
        assert least < raised.max() < most, hairstyle
        assert raised[face].max() == 0 and raised[ears].max() == 0
        assert np.array_equal(raised, 1000 * lift(head, person, 0))


@pytest.mark.parametrize("hairstyle", ["fringe", "crop"])
def test_fringe_ends_above_the_brows(head, hairstyle):
    seed, person = first(lambda p: p.hairstyle == hairstyle and style(p).fringe)
    shape = shape_of(person)
    lifted = shape + lift(head, person, seed)[:, None] * normals(shape, head.triangles)
    template = (head.template - head.eyes.mean(0)) * [1000, -1000, 1000]
    ridge = np.hypot(np.abs(template[:, 0]) - 30, template[:, 2] - BROW)
    ridge[template[:, 1] < 0] = np.inf
    brow = millimetres(head, shape, shape[ridge.argmin()])[2]
    for worn in locks(head, person, lifted, seed):
        points = millimetres(head, shape, worn.vertices)
        front = (np.abs(points[:, 0]) < 45) & (points[:, 1] > -20)
        assert points[front, 2].min() > brow + 3


@pytest.mark.parametrize("hairstyle", sorted(hair.STYLES))
def test_locks_are_few_sound_and_the_same_again(head, hairstyle):
    person = replace(identity(0, "sub01"), hairstyle=hairstyle)
    shape = shape_of(person)
    lifted = shape + lift(head, person, 0)[:, None] * normals(shape, head.triangles)
    made, again = locks(head, person, lifted, 0), locks(head, person, lifted, 0)
    assert sum(len(worn.triangles) for worn in made) < 4500
    for worn, same in zip(made, again, strict=True):
        assert np.array_equal(worn.vertices, same.vertices)
        assert np.isfinite(worn.vertices).all() and worn.triangles.max() < len(worn.vertices)
        assert worn.colour.shape == worn.vertices.shape
        assert worn.colour.min() > 0 and worn.colour.max() <= 1


# -- glasses ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wearers(head):
    """(person, shape, glasses) of everybody who wears some, in three casts."""
    found = []
    for seed in SEEDS:
        for person in cast(seed):
            shape = shape_of(person)
            worn = glasses(head, person, shape, seed)
            assert len(worn) == (person.glasses != "none")
            found += [(person, shape, thing) for thing in worn]
    return found


def test_frames_do_not_cover_the_pupils(head, wearers):
    assert len(wearers) == 5 * len(SEEDS)
    ring = 0.006 * np.stack([np.cos(np.arange(16)), 0 * np.arange(16), np.sin(np.arange(16))], 1)
    for _, shape, worn in wearers:
        frame = RayScene(worn.vertices, worn.triangles)
        for ball in head.eye_vertices:
            start = shape[ball].mean(0) + np.concatenate([0.5 * ring, ring])
            hits = frame.cast(start, np.tile([0.0, -1.0, 0.0], (len(start), 1)))
            assert (hits.triangle < 0).all()


def test_frames_sit_before_the_face_not_in_it(head, wearers):
    for person, shape, worn in wearers:
        points = millimetres(head, shape, worn.vertices)
        rims = worn.vertices[(points[:, 1] > 5) & (np.abs(points[:, 0]) > 12)]
        skin = RayScene(shape, head.triangles)
        hits = skin.cast(rims, np.tile([0.0, -1.0, 0.0], (len(rims), 1)))
        assert (hits.triangle < 0).mean() > 0.97, person.subject
        assert np.abs(points[:, 0]).max() < 100 and np.abs(points[:, 2]).max() < 40
