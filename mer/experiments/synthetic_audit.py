"""Are synthetic people good enough to learn from? Measured on the frames as they are published.

Every function answers one question with a table; judging is left to notebook 11 and the tests.
The last ones measure the domain gap between real and synthetic flows without asking what any of
them shows. The generator was fitted to these numbers; as none of them knows a label, that leaves
the score on real faces an honest test.
"""

from __future__ import annotations

import cv2
import numpy as np
import pandas as pd
import torch
from joblib import delayed
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from mer.core.parallel import one_thread, share
from mer.datasets.base import Sequence, Source, Truth
from mer.evaluation.protocols import Fold
from mer.evaluation.records import Record
from mer.learning import cross_validation
from mer.learning.inputs import Inputs
from mer.preprocessing import faces

AUDITS = ("1 no shortcut", "2 right motion", "3 a face", "4 real enough", "5 hard enough")
_SIDE = 32  # pixels of the picture that a linear model sees
_COMPONENTS = 20  # of them, at most
CHANNELS = ("u", "v", "strain")  # of a flow in MEGC2019's form
_AT_REST = 0.05  # of the range of a picture's channel
_GAP_COMPONENTS = 40


def still_pictures(source: Source, sequences: list[Sequence]) -> np.ndarray:
    """(N, 1024): each sequence's onset frame, grey, averaged to 32 x 32. It shows who the person
    is and how the picture was taken; the expression has not begun."""
    frames = (source.frame(sequence, sequence.onset) for sequence in sequences)
    small = [
        cv2.resize(
            cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), (_SIDE, _SIDE), interpolation=cv2.INTER_AREA
        )
        for frame in frames
    ]
    return np.stack(small).reshape(len(small), -1).astype(np.float32)


def side_information(source: Source, sequences: list[Sequence]) -> pd.DataFrame:
    """What an apex file gives away without being looked at: `brightness` (mean grey level),
    `sharpness` (deviation of the Laplacian) and `bytes` (size of the file)."""
    rows = []
    for sequence in sequences:
        grey = cv2.cvtColor(source.frame(sequence, sequence.apex), cv2.COLOR_BGR2GRAY)
        rows.append(
            {
                "brightness": float(grey.mean()),
                "sharpness": float(cv2.Laplacian(grey, cv2.CV_64F).std()),
                "bytes": source.path(sequence, sequence.apex).stat().st_size,
            }
        )
    return pd.DataFrame(rows)


def without_identity(features: np.ndarray, subjects: np.ndarray) -> np.ndarray:
    """`features` (N, F) minus the mean of each subject's own: what tells a person's sequences
    apart. A trace of the emotion in the pictures would stand out here most clearly."""
    table = pd.DataFrame(np.asarray(features, float))
    return (table - table.groupby(np.asarray(subjects)).transform("mean")).to_numpy()


def linear_scores(
    features: np.ndarray, sequences: list[Sequence], classes, folds: list[Fold], name: str
) -> pd.DataFrame:
    """Score table of a logistic regression on `features` (N, F), on their first 20 principal
    components where there are more. Classes weigh alike: guessing the commonest is no way out.
    """
    features = np.asarray(features, np.float32)
    labels = np.array([classes.index(sequence.emotion) for sequence in sequences])
    inputs = Inputs(torch.from_numpy(features), labels, tuple(sequences), tuple(classes), "still")
    tables = []
    for fold in folds:
        model = make_pipeline(
            StandardScaler(),
            PCA(min(_COMPONENTS, *features[fold.train].shape), random_state=0),
            LogisticRegression(class_weight="balanced", max_iter=1000),
        )
        with one_thread():  # small matrices: more threads would only wait for each other
            model.fit(features[fold.train], labels[fold.train])
        probabilities = np.zeros((len(fold.test), len(classes)))
        probabilities[:, model.classes_] = model.predict_proba(features[fold.test])
        tables.append(
            cross_validation.score_rows(inputs, fold.test, probabilities, name, fold, 0, "test")
        )
    return pd.concat(tables, ignore_index=True)


def faces_found(source: Source, sequences: list[Sequence], progress=iter) -> pd.DataFrame:
    """One row a frame on disk: `subject`, `name`, `number`, `onset` (is it the onset frame?) and
    `faces`, how many the detector of the study finds in it."""
    jobs = (delayed(_count)(source, sequence) for sequence in sequences)
    counted = share(jobs, len(sequences))
    return pd.DataFrame([row for rows in progress(counted) for row in rows])


def _count(source: Source, sequence: Sequence) -> list[dict]:
    return [
        {
            "subject": sequence.subject,
            "name": sequence.name,
            "number": number,
            "onset": number == sequence.onset,
            "faces": len(faces.find(source.frame(sequence, number))),
        }
        for number in sequence.numbers
    ]


def peak_displacement(truth: Truth) -> float:
    """The largest motion of visible skin from onset to apex, in pixels of the frame.

    Against the median of the skin, so that the head's own motion does not count, and over all
    but one in a thousand pixels. Nothing visible gives NaN.
    """
    moved = truth.flow[truth.visible]
    if not len(moved):
        return float("nan")
    return float(np.quantile(np.linalg.norm(moved - np.median(moved, axis=0), axis=1), 0.999))


def motion(pictures: np.ndarray) -> np.ndarray:
    """(N, 28, 28, 3) pictures in [0, 1] less each channel's median, its state of rest."""
    pictures = np.asarray(pictures, np.float32)
    return pictures - np.median(pictures, axis=(1, 2), keepdims=True)


def flow_statistics(pictures: np.ndarray) -> pd.DataFrame:
    """One row a channel: `rest`, the share of pixels within 5 % of the range about the median;
    `size`, the root mean square; `across` and `down`, the median correlation of neighbours."""
    moved = motion(pictures)
    centred = moved - moved.mean((1, 2), keepdims=True)
    power = np.maximum((centred**2).mean((1, 2)), 1e-12)
    return pd.DataFrame({
        "rest": (np.abs(moved) < _AT_REST).mean((0, 1, 2)),
        "size": np.sqrt((moved**2).mean((0, 1, 2))),
        "across": np.median((centred[:, :, 1:] * centred[:, :, :-1]).mean((1, 2)) / power, 0),
        "down": np.median((centred[:, 1:] * centred[:, :-1]).mean((1, 2)) / power, 0),
    }, index=list(CHANNELS))  # fmt: skip


def domain_gap(real: np.ndarray, made: np.ndarray) -> dict[str, float]:
    """How well a classifier tells real pictures from made ones: the cross-validated area under
    the curve, 0.5 for alike and 1 for always told apart, by channel and over "all"."""
    labels = np.repeat([1, 0], [len(real), len(made)])
    moved = motion(np.concatenate([real, made]))
    views = {name: moved[..., [index]] for index, name in enumerate(CHANNELS)}
    return {
        name: _area(view.reshape(len(view), -1), labels)
        for name, view in {**views, "all": moved}.items()
    }


def gap_sentence(area: float) -> str:
    """How well a classifier tells real pictures from made ones, in words."""
    said = (
        "and so nearly always knows: whatever was not measured differs"
        if area >= 0.95
        else "and so knows better than by guessing: they are not the same"
        if area > 0.6
        else "which is hardly more than guessing"
    )
    return f"A classifier tells real from rendered with an area of {area:.2f}, {said}."


def shortcuts(found: list[Record], chance: float) -> str:
    """Whether any model that sees no expression tells the emotion, in one or two sentences.

    found   the UAR of each
    """
    more = [f"{r.model} ({r.text('.3f')})" for r in found if r.low > chance]
    less = [f"{r.model} ({r.text('.3f')})" for r in found if r.high < chance]
    least = max(found, key=lambda r: r.reach)
    said = (
        f"A leak: told to be more than guessing ({chance:.2f}): {'; '.join(more)}." if more else ""
    )
    if less:
        said += f" Told to be less than guessing ({chance:.2f}): {'; '.join(less)}."
    if not said:
        said = f"No leak is told: each interval holds the score of guessing, {chance:.2f}."
    wide, narrow = f"{least.reach:.2f}", f"{min(r.reach for r in found):.2f}"
    return (
        f"{said.strip()} How small a leak could have been told: about {wide} by the widest "
        f"interval ({least.model}), about {narrow} by the narrowest."
    )


def bar(record: Record, least: float, who: str) -> str:
    """Whether a score meets the least that was asked of it, with as many digits as show it."""
    met = record.value >= least
    digits = next((d for d in range(3, 9) if (round(record.value, d) >= least) == met), 9)
    short = "" if met else f", {least - record.value:.1g} short"
    return f"{least} is {'met' if met else 'not met'} by {who}: {record.text(f'.{digits}f')}{short}"


def conclusion(judged: list[tuple[str, str, str, bool]]) -> str:
    """Which audits held and which did not, and what that says of the people, in words.

    judged   of each audit that was made its name, what was asked, what was measured, and whether
             it is met
    """
    held = [point for point, _, _, met in judged if met]
    lines = [f"Held: {', '.join(held) or 'none'}."]
    lines += [
        f"Did not hold: {point}. Asked was: {asked}; measured: {measured}."
        for point, asked, measured, met in judged
        if not met
    ]
    made = {point for point, *_ in judged}
    if missing := [point for point in AUDITS if point not in made]:
        lines.append(f"Not asked here, for want of data: {', '.join(missing)}.")
    lines.append(
        "Good enough to learn from, by all audits that were made."
        if len(held) == len(judged)
        else "Good enough to learn from only as far as the audits that held can say."
    )
    return "\n".join(lines)


def examples(pictures: np.ndarray, labels, each: int = 2) -> dict[str, np.ndarray]:
    """The first pictures of each class, by a title: their motion (H, W, 2) against rest."""
    labels = np.asarray(labels)
    return {
        f"{name} {k + 1}": motion(pictures[[at]])[0, ..., :2]
        for name in np.unique(labels)
        for k, at in enumerate(np.flatnonzero(labels == name)[:each])
    }


def _area(features: np.ndarray, labels: np.ndarray) -> float:
    size = np.sqrt((features**2).mean(1, keepdims=True))
    features = features / np.maximum(size, 1e-6)
    reduced = PCA(min(_GAP_COMPONENTS, *features.shape), random_state=0).fit_transform(features)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    margin = cross_val_predict(SVC(C=3), reduced, labels, cv=folds, method="decision_function")
    return float(roc_auc_score(labels, margin))
