"""Small made-up things that many tests need: tables, records, recipes, a copy of the flows."""

import csv

import numpy as np
import pandas as pd
import torch

from mer.datasets.base import Sequence
from mer.evaluation.records import Record
from mer.learning.inputs import Inputs
from mer.learning.training import Recipe

CLASSES = ("disgust", "happiness", "surprise")
TRUTH = np.array([0] * 24 + [1] * 12 + [2] * 4)
SUBJECTS = [f"s{i % 10}" for i in range(40)]
PEOPLE, EACH = 12, 9  # of the portraits
RECIPE = Recipe("compact", "compact", epochs=8, lr=3e-3, optimiser="adamw", schedule="cosine")

# dataset, subject, sequence, label: named as in the real table, two or more rows of each class.
MEGC_ROWS = (
    ("casme2", "sub01", "EP02_01f", 1),
    ("casme2", "sub01", "EP19_05f", 0),
    ("casme2", "sub02", "EP11_01", 2),
    ("casme2", "sub02", "EP06_01f", 0),
    ("smic", "s01", "s01_ne_01", 0),
    ("smic", "s01", "s01_po_01", 1),
    ("smic", "s11", "s11_sur_01", 2),
    ("smic", "s11", "s11_po_02", 1),
    ("samm", "006", "006_1_2", 0),
    ("samm", "006", "006_3_5", 2),
    ("samm", "007", "007_6_1", 1),
    ("samm", "007", "007_5_3", 2),
)


def corners(size=24):
    """Thirty-two pictures of noise: something happens at the top left, or at the bottom right."""
    rng = np.random.default_rng(0)
    labels = np.arange(32) % 2
    x = rng.normal(0, 0.1, (32, 3, size, size)).astype(np.float32)
    x[labels == 0, :, 3:9, 3:9] += 1
    x[labels == 1, :, 15:21, 15:21] += 1
    named = tuple(
        Sequence("made-up", f"s{i % 8}", f"E{i}", "ab"[label]) for i, label in enumerate(labels)
    )
    return Inputs(torch.from_numpy(x), labels, named, ("a", "b"), "apex")


def write_megc2019(root, rows=MEGC_ROWS, flat=False):
    """A made-up copy of the published flows below `root`; `flat`: without folder and faces."""
    import cv2
    import numpy as np

    from mer.datasets.megc2019 import FACES, FLOWS, TABLE

    flows = root / ("" if flat else "datasets") / FLOWS
    flows.mkdir(parents=True)
    faces = root / "datasets" / FACES
    if not flat:
        faces.mkdir()
    random = np.random.default_rng(0)
    with open(root / TABLE, "w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(
            ["dataset", "sub", "filename_o", "label", "apex", "imagename", "sub_filename"]
        )
        for database, subject, name, label in rows:
            stem = f"{subject}_{name}"
            face = stem.replace("_s0", "_s") if database == "smic" else stem
            table.writerow((database, subject, name, label, "", f"{face}.jpg", ""))
            # Blue, green, red as OpenCV wants them: the class shows in the red (u) channel.
            flow = random.integers(0, 60, (28, 28, 3)) + np.array([0, 60, 90 * label])
            cv2.imwrite(str(flows / f"{stem} .png"), flow.astype(np.uint8))
            if not flat:
                picture = random.integers(0, 255, (224, 224, 3), np.uint8)
                cv2.imwrite(str(faces / f"{face}.jpg"), picture)
    return root


def portraits(labels):
    """Pictures that show who it is and nothing else: a face of one's own, and noise."""
    draw = np.random.default_rng(0)
    faces = draw.normal(size=(PEOPLE, 3, 12, 12))
    who = np.repeat(np.arange(PEOPLE), EACH)
    x = faces[who] + 0.5 * draw.normal(size=(len(who), 3, 12, 12))
    sequences = tuple(
        Sequence("made-up", f"s{s:02d}", f"E{i}", CLASSES[label])
        for i, (s, label) in enumerate(zip(who, labels))
    )
    labels = np.asarray(labels, np.int64)
    return Inputs(torch.from_numpy(x.astype(np.float32)), labels, sequences, CLASSES, "apex")


def score_table(truth, guess, subjects, seed=0, model="m", protocol="loso", split="test"):
    probabilities = np.full((len(truth), len(CLASSES)), 0.1)
    probabilities[np.arange(len(guess)), guess] = 0.8
    table = pd.DataFrame(
        {
            "source": "made-up",
            "database": "",
            "subject": subjects,
            "name": [f"EP{i:02d}" for i in range(len(truth))],
            "emotion": [CLASSES[t] for t in truth],
            "model": model,
            "protocol": protocol,
            "fold": "0",
            "seed": seed,
            "split": split,
        }
    )
    return table.assign(**{f"p_{name}": probabilities[:, i] for i, name in enumerate(CLASSES)})


def table(guess, model, split="test", **values):
    scored = score_table(TRUTH, guess, SUBJECTS, model=model).assign(split=split, seconds=2.0)
    return scored.assign(**values)


def record(value=0.5, low=0.4, high=0.6, metric="uf1", model="m", **other):
    told = {"protocol": "loso", "n": 10, "seeds": 1, **other}
    return Record(model=model, metric=metric, value=value, low=low, high=high, **told)


def difference(value=0.1, low=0.02, high=0.2, metric="uar", model="a - b", **other):
    return record(value, low, high, f"{metric}_difference", model, **other)
