"""How like two sets of published-form flows are, without asking what any of them shows.

The generator and the way its pictures are taken were fitted to these numbers. None of them
knows a label, so fitting them leaves the score on real faces an honest test.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.svm import SVC

CHANNELS = ("u", "v", "strain")
_AT_REST = 0.05  # of the range of a picture's channel
_COMPONENTS = 40


def motion(pictures: np.ndarray) -> np.ndarray:
    """(N, 28, 28, 3) pictures in [0, 1] less each channel's median, its state of rest."""
    pictures = np.asarray(pictures, np.float32)
    return pictures - np.median(pictures, axis=(1, 2), keepdims=True)


def motion_map(pictures: np.ndarray) -> np.ndarray:
    """Where motion lies on average, (28, 28, 3): the mean size of each pixel's departure."""
    return np.abs(motion(pictures)).mean(0)


def statistics(pictures: np.ndarray) -> pd.DataFrame:
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


def told_apart(real: np.ndarray, made: np.ndarray) -> dict[str, float]:
    """How well a classifier tells real pictures from made ones: the cross-validated area under
    the curve, 0.5 for alike and 1 for always told apart, by channel and over "all"."""
    labels = np.repeat([1, 0], [len(real), len(made)])
    moved = motion(np.concatenate([real, made]))
    views = {name: moved[..., [index]] for index, name in enumerate(CHANNELS)}
    return {
        name: _area(view.reshape(len(view), -1), labels)
        for name, view in {**views, "all": moved}.items()
    }


def _area(features: np.ndarray, labels: np.ndarray) -> float:
    size = np.sqrt((features**2).mean(1, keepdims=True))
    features = features / np.maximum(size, 1e-6)
    reduced = PCA(min(_COMPONENTS, *features.shape), random_state=0).fit_transform(features)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    margin = cross_val_predict(SVC(C=3), reduced, labels, cv=folds, method="decision_function")
    return float(roc_auc_score(labels, margin))
