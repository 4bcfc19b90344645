"""A short film of one synthetic face that moves on command, and a recogniser that says one word."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np

SIZE = 640, 480
WORDS = ("neutral", "disgust", "happiness", "repression", "sadness", "surprise")


class StubRecogniser:
    """Says `word` to every pair, and counts how often it is asked."""

    classes = WORDS

    def __init__(self, word="happiness"):
        self.word, self.asked = word, 0

    def predict_proba(self, onset_face, apex_face):
        assert onset_face.shape == apex_face.shape == (224, 224, 3)
        assert onset_face.dtype == apex_face.dtype == np.uint8
        self.asked += 1
        rest = 0.2 / (len(WORDS) - 1)
        return {name: 0.8 if name == self.word else rest for name in WORDS}


@cache
def _grid():
    """Columns and rows (480, 640) of each pixel, and how far a smile lifts what is there."""
    y, x = np.mgrid[: SIZE[1], : SIZE[0]].astype(np.float32)
    corners = (np.exp(-((x - column) ** 2 + (y - 278) ** 2) / 650) for column in (292, 345))
    return x, y, sum(corners)


@cache
def _noise():
    """Noise that pieces are cut from: drawing it anew would take longer than all the rest."""
    drawn = np.random.default_rng(0).normal(0, 1.5, 2 * SIZE[0] * SIZE[1] * 3)
    return drawn.round().astype(np.int16)


def _noisy(picture, number):
    start = number * 7919 % (len(_noise()) - picture.size)
    noise = _noise()[start : start + picture.size].reshape(picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


@cache
def scene(faces=1):
    """The picture at rest, (480, 640, 3) uint8; with two faces the second is smaller."""
    face = cv2.imread(str(Path(__file__).with_name("face.jpg")))
    picture = np.full((SIZE[1], SIZE[0], 3), 60, np.uint8)
    height, width = face.shape[:2]
    left = 10 if faces == 2 else 170
    picture[90 : 90 + height, left : left + width] = face
    if faces == 2:
        small = cv2.resize(face, None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA)
        picture[100 : 100 + small.shape[0], 350 : 350 + small.shape[1]] = small
    return picture


def frame(smile=0.0, shift=(0.0, 0.0), lids=0.0, number=0, faces=1):
    """One frame: mouth corners up by `smile` pixels, the head moved by `shift`, the eyes
    covered by skin as far as `lids` (0 to 1); the noise depends on `number`."""
    x, y, up = _grid()
    moved = cv2.remap(
        scene(faces),
        x - np.float32(shift[0]),
        y + np.float32(smile) * up - np.float32(shift[1]),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if lids:
        skin = moved[225:232, 290:350].mean(axis=(0, 1))
        for column in (289, 350):
            spot = np.exp(-((x - column) ** 2 / 260 + (y - 214) ** 2 / 60))[..., None] * lids
            moved = moved * (1 - spot) + skin * spot
    return _noisy(moved, number)


def bump(time, onset, length, height=1.0):
    """0 outside onset .. onset + length, and a smooth rise and fall to `height` inside."""
    share = (time - onset) / length
    return height * np.sin(np.pi * share) ** 2 if 0 < share < 1 else 0.0


def film(seconds, fps, smile=None, shift=None, lids=None):
    """(frame, time) at a steady rate; each of the three is a function of time or None."""
    for number in range(round(seconds * fps)):
        time = number / fps
        told = {
            name: move(time)
            for name, move in (("smile", smile), ("shift", shift), ("lids", lids))
            if move
        }
        yield frame(number=number, **told), time


def write_video(path, frames, fps=30.0, codec="VP80"):
    """Write frames (H, W, 3) uint8 to a video file."""
    writer = None
    for picture in frames:
        if writer is None:
            size = picture.shape[1], picture.shape[0]
            writer = cv2.VideoWriter(
                str(path), cv2.CAP_FFMPEG, cv2.VideoWriter_fourcc(*codec), fps, size
            )
            assert writer.isOpened()
        writer.write(picture)
    writer.release()
    return path


def turned(path):
    """Ask in the head of an MP4 file for a quarter turn, as telephones do: 0 1 -1 0 in the
    matrix of its track."""
    one, none, unit = (number.to_bytes(4, "big") for number in (1 << 16, 0, 1 << 30))
    upright = one + none + none + none + one + none + none + none + unit
    quarter = none + one + none + (-(1 << 16)).to_bytes(4, "big", signed=True) + none + none
    content = path.read_bytes()
    track = content.index(b"tkhd")
    place = content.index(upright, track)
    path.write_bytes(
        content[:place] + quarter + none + none + unit + content[place + len(upright) :]
    )
    return path
