"""The demo's recogniser: two faces in, how likely each emotion is out; neutral is one of them.

It reads the flow from a face at rest to a face that may show something. What it was trained on
travels with its weights, and so does the order of the classes: a network that answers "class 3"
to somebody who sorted the classes otherwise is wrong without a word.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from mer.core.errors import BadData, MerError, SourceMissing
from mer.core.files import atomic
from mer.learning import models
from mer.learning.inputs import mirror
from mer.preprocessing import flow
from mer.preprocessing.flow_methods import DEFAULT, METHODS
from mer.video.classes import CLASSES, FACE, NEUTRAL, SIZE
from mer.video.second_opinion import SecondOpinion

FOLDER, NAME = Path(__file__).with_name("weights"), "recogniser.safetensors"
_FORM = "mer recogniser 1"
_SECOND = "second."
_MOTION, _STRAIN = 1.0, 0.2  # pixels, and pixels a cell: where large values begin to be damped
_REMEDY = "Restore it from the repository, install mer again, or train one with `mer recogniser`."


@dataclass(frozen=True)
class Recogniser:
    """Networks that vote, and what has to be known to use them.

    Parameters
    ----------
    networks : tuple of torch.nn.Module
        Each reads (N, 3, 48, 48), see `encode`, and gives (N, classes) logits.
    classes : tuple of str
        The words of the logits, in their order; neutral is the first.
    model : str
        The networks' name in `mer.learning.models`.
    temperature : float
        Divides the mean logits, so that 80 % sure is right in 80 %.
    method : str
        The algorithm of optical flow.
    card : dict
        Where the weights come from, in words.
    second : SecondOpinion, optional
        Says half of what an expression is called; it learned from real people.
    """

    networks: tuple[nn.Module, ...]
    classes: tuple[str, ...] = CLASSES
    model: str = "pooled"
    temperature: float = 1.0
    method: str = DEFAULT
    card: dict[str, str] = field(default_factory=dict)
    second: SecondOpinion | None = None

    def predict_proba(self, onset_face: np.ndarray, apex_face: np.ndarray) -> dict[str, float]:
        """How likely each class is.

        Parameters
        ----------
        onset_face, apex_face : (224, 224, 3) or (224, 224) uint8
            Aligned crops, blue-green-red or grey; other squares are resized.

        Returns
        -------
        dict
            Probability by word; the values sum to 1.

        Raises
        ------
        MerError
            If a face is anything else.

        Examples
        --------
        >>> from mer.video import Recogniser
        >>> still = np.zeros((224, 224), np.uint8)
        >>> found = Recogniser.load().predict_proba(still, still)
        >>> max(found, key=found.get)
        'neutral'
        """
        pair = [_face(face) for face in (onset_face, apex_face)]
        motion = flow.averaged(*pair, SIZE, self.method)
        found = self.predict_proba_of_flows(motion[None])[0]
        return dict(zip(self.classes, found.tolist(), strict=True))

    @torch.inference_mode()
    def predict_proba_of_flows(self, flows: np.ndarray) -> np.ndarray:
        """Calibrated probabilities (N, classes) of flows (N, 48, 48, 2) from `flow.averaged`."""
        found = torch.softmax(self.logits(flows) / self.temperature, 1).double().numpy()
        return self.second.joined(found, self.classes, flows) if self.second else found

    @torch.inference_mode()
    def logits(self, flows: np.ndarray) -> torch.Tensor:
        """Mean logits (N, classes) of all networks, of each face and its mirror image."""
        x = encode(flows)
        return torch.stack(
            [network(view) for network in self.networks for view in (x, mirror(x, "flow"))]
        ).mean(0)

    def save(self, folder: Path | str = FOLDER) -> Path:
        """Write the weights with all that belongs to them; returns the file."""
        path = Path(folder) / NAME
        tensors = {
            f"{index}.{name}": weights.contiguous()
            for index, network in enumerate(self.networks)
            for name, weights in network.state_dict().items()
        }
        about = {
            "form": _FORM,
            "classes": json.dumps(self.classes),
            "size": str(SIZE),
            "model": self.model,
            "networks": str(len(self.networks)),
            "temperature": repr(self.temperature),
            "flow": self.method,
            "card": json.dumps(self.card),
        }
        if self.second:
            tensors |= {_SECOND + name: one for name, one in self.second.tensors().items()}
            about["second"] = json.dumps(self.second.classes)
        with atomic(path) as draft:
            save_file(tensors, draft, about)
        return path

    @classmethod
    def load(cls, folder: Path | str = FOLDER) -> Recogniser:
        """The recogniser kept in `folder`; without one, that which comes with mer.

        No file is `SourceMissing`; one that is damaged, or of another program, is `BadData`.

        Examples
        --------
        >>> from mer.video import Recogniser
        >>> Recogniser.load().classes
        ('neutral', 'disgust', 'happiness', 'repression', 'sadness', 'surprise')
        """
        path = Path(folder) / NAME
        if not path.is_file():
            raise SourceMissing(f"{path}: no weights there. {_REMEDY}")
        try:
            with safe_open(path, "pt") as kept:
                about = kept.metadata() or {}
                tensors = {name: kept.get_tensor(name) for name in kept.keys()}  # noqa: SIM118
        except (SafetensorError, OSError) as error:
            raise BadData(f"{path}: not readable as safetensors ({error}). {_REMEDY}") from error
        if about.get("form") != _FORM or about.get("size") != str(SIZE):
            raise BadData(f"{path}: weights of another program or version. {_REMEDY}")
        try:
            return cls._made(about, tensors)
        except (KeyError, ValueError, TypeError, RuntimeError, MerError) as error:
            raise BadData(
                f"{path}: weights and description do not fit ({error}). {_REMEDY}"
            ) from error

    @classmethod
    def _made(cls, about: dict[str, str], tensors: dict[str, torch.Tensor]) -> Recogniser:
        classes, networks = tuple(json.loads(about["classes"])), []
        if classes[0] != NEUTRAL or about["flow"] not in METHODS:
            raise ValueError(f"classes {classes}, flow by {about['flow']}")
        for index in range(int(about["networks"])):
            network = models.build(about["model"], len(classes), 3, SIZE)
            network.load_state_dict(_own(tensors, f"{index}."))
            networks.append(network.eval())
        return cls(
            tuple(networks),
            classes,
            about["model"],
            float(about["temperature"]),
            about["flow"],
            json.loads(about["card"]),
            SecondOpinion.of(json.loads(about["second"]), _own(tensors, _SECOND))
            if "second" in about
            else None,
        )


def _own(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {n.removeprefix(prefix): one for n, one in tensors.items() if n.startswith(prefix)}


def encode(flows: np.ndarray) -> torch.Tensor:
    """Flows (N, S, S, 2) in pixels -> (N, 3, S, S): both motions and the strain, damped.

    A full-blown smile moves ten times as far as a micro-expression of the same muscles; asinh
    leaves small motion as it is and large motion its direction.
    """
    motion = np.arcsinh(flows / _MOTION)
    strain = np.arcsinh(flow.strain(flows) / _STRAIN)
    x = np.concatenate([motion, strain[..., None]], -1).transpose(0, 3, 1, 2)
    return torch.from_numpy(np.ascontiguousarray(x, np.float32))


def _face(face: np.ndarray) -> np.ndarray:
    """A face as it is read, or what is wrong with it."""
    square = face.ndim >= 2 and face.shape[0] == face.shape[1] > 0
    if face.dtype != np.uint8 or not square or face.shape[2:] not in ((), (3,)):
        raise MerError(
            f"recogniser: a face is a square uint8 picture, blue-green-red or grey, not "
            f"{face.dtype} {face.shape}. Cut it with mer.preprocessing.faces.cut."
        )
    if face.shape[0] != FACE:
        face = cv2.resize(face, (FACE, FACE), interpolation=cv2.INTER_AREA)
    return face
