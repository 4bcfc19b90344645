"""A scripted analyser: the demo's page is tested with faces that do what the script says.

Every second on the clock of the frames holds one event, from 0.3 to 0.6 s, and after it some
words, from 0.7 to 0.9 s; else the face is neutral. `pause` seconds pass with every frame, as if
the analyser had to think.
"""

from time import sleep

import cv2
import numpy as np

from mer.core.errors import BadData
from mer.preprocessing.faces import Box
from mer.video.page.session import Engine
from mer.video.report import Event, Report, Spell, State

SCRIPT = ("happiness", "surprise", "disgust", "sadness", "repression")


def probabilities(emotion, sure=0.8):
    words = ("neutral", *SCRIPT)
    return {word: sure if word == emotion else (1 - sure) / 5 for word in words}


def event(number, face=None):
    emotion = SCRIPT[number % len(SCRIPT)]
    face = np.full((224, 224, 3), 90, np.uint8) if face is None else face
    y, x = np.mgrid[-1:1:224j, -1:1:224j].astype(np.float32)
    return Event(
        emotion,
        number + 0.3,
        number + 0.45,
        number + 0.6,
        0.8,
        probabilities(emotion),
        face,
        np.dstack([x, y, x * 0]),
    )


class Analyser:
    """What `mer.video.analyser.Analyser` promises, without looking."""

    def __init__(self, pause=0.0):
        self.pause, self.events, self.times, self.face = pause, [], [], None
        self.states = []

    def push(self, frame, time):
        sleep(self.pause)
        height, width = frame.shape[:2]
        self.face = cv2.resize(frame[:, (width - height) // 2 :][:, :height], (224, 224))
        self.times.append(time)
        while len(self.events) + 0.6 <= time:
            self.events.append(event(len(self.events), self.face))
            self.states.append(Spell("speaking", len(self.states) + 0.7, len(self.states) + 0.9))
        now = 0.3 <= time % 1 < 0.6
        emotion = SCRIPT[int(time) % len(SCRIPT)] if now else "neutral"
        side = int(0.6 * height)
        box = Box((width - side) // 2, int(0.2 * height), side)
        return State(time, box, emotion, probabilities(emotion), 1.0 * now)

    def close(self):
        seconds = self.times[-1] if self.times else 0.0
        return Report(tuple(self.events), seconds, len(self.times), 30.0, states=tuple(self.states))


def analyse(path, progress=iter, pause=0.0):
    """A file, read with the scripted analyser; no video is `BadData`."""
    capture = cv2.VideoCapture(str(path))
    analyser = Analyser(pause)
    rate = capture.get(cv2.CAP_PROP_FPS) or 30.0

    def frames():
        while True:
            good, frame = capture.read()
            if not good:
                return
            yield frame

    for number, frame in enumerate(progress(frames())):
        analyser.push(frame, number / rate)
    if not analyser.times:
        raise BadData(f"{path}: not a video. Choose another file.")
    return analyser.close()


def engine(pause=0.0):
    return Engine(
        lambda: Analyser(pause), lambda path, progress=iter: analyse(path, progress, pause)
    )


def jpeg(value=80):
    return cv2.imencode(".jpg", np.full((48, 64, 3), value, np.uint8))[1].tobytes()
