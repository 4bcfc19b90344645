"""Pairs and flows -> tensors that a network can train on, and their augmentation.

`mer.learning.loading` reads them from the folder of a run.

Two kinds of input, both (N, 3, size, size) float32. An *apex* input is a face picture in
[-1, 1]. A *flow* input holds horizontal motion, vertical motion and optical strain; mirroring a
face also turns the sign of its horizontal motion, which is why an input knows its kind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from mer.core.errors import BadData
from mer.datasets.base import Sequence


@dataclass(frozen=True)
class Inputs:
    """Tensors with what the protocols need to know about each of them, in the same order.

    Parameters
    ----------
    x : (N, 3, size, size) float32 tensor
    labels : (N,) int64
        Positions in `classes`.
    sequences : tuple of Sequence
    classes : tuple of str
    kind : {"apex", "flow", "unsigned"}
        "unsigned" is scaled like a flow and mirrored like a picture.
    """

    x: torch.Tensor
    labels: np.ndarray
    sequences: tuple[Sequence, ...]
    classes: tuple[str, ...]
    kind: str

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def subjects(self) -> np.ndarray:
        return np.array([sequence.subject for sequence in self.sequences])

    @property
    def size(self) -> int:
        return self.x.shape[-1]

    def take(self, rows: np.ndarray) -> Inputs:
        """Those at the positions `rows`, in that order (or where a mask (N,) is true)."""
        rows = np.arange(len(self))[rows]
        chosen = tuple(self.sequences[row] for row in rows)
        return replace(self, x=self.x[rows], labels=self.labels[rows], sequences=chosen)


def concat(first: Inputs, *others: Inputs) -> Inputs:
    """One after the other. Another kind, shape or list of classes than the first's: `BadData`."""
    for other in others:
        if _form(other) != _form(first):
            raise BadData(f"inputs: {_form(other)} cannot join {_form(first)}. Make them alike.")
    parts = (first, *others)
    return replace(
        first,
        x=torch.cat([part.x for part in parts]),
        labels=np.concatenate([part.labels for part in parts]),
        sequences=sum((part.sequences for part in parts), ()),
    )


def _form(data: Inputs) -> str:
    """What inputs have to have in common, in words."""
    shape = " x ".join(map(str, data.x.shape[1:]))
    return f"{data.kind} inputs of {shape} in classes {', '.join(data.classes)}"


def _labels(sequences, classes) -> np.ndarray:
    return np.array([classes.index(sequence.emotion) for sequence in sequences], np.int64)


def apex_inputs(faces: list[np.ndarray], sequences, classes, size: int) -> Inputs:
    """Apex crops as inputs: values (x - 0.5) / 0.5 at size x size.

    The fixed 0.5 is the earlier implementation's recipe; no statistics of any face enter.

    Parameters
    ----------
    faces : list of (H, W, 3) uint8
        Blue-green-red.
    sequences, classes
        Whose each face is, and the classes in their order.
    size : int
        In pixels.

    Returns
    -------
    Inputs

    Examples
    --------
    >>> from mer.datasets import Sequence
    >>> from mer.learning import apex_inputs
    >>> white = np.full((224, 224, 3), 255, np.uint8)
    >>> data = apex_inputs([white], [Sequence("made up", "ann", "1", "joy")], ["joy"], size=64)
    >>> data.x.shape, data.x.max().item()
    (torch.Size([1, 3, 64, 64]), 1.0)
    """
    x = torch.stack([resized(cv2.cvtColor(face, cv2.COLOR_BGR2RGB), size) for face in faces])
    x = (x * (1 / 255) - 0.5) / 0.5
    return Inputs(x, _labels(sequences, classes), tuple(sequences), tuple(classes), "apex")


def resized(picture: np.ndarray, size: int) -> torch.Tensor:
    """(H, W, 3) uint8 -> (3, size, size) uint8, as torchvision's v2.Resize does it."""
    whole = torch.from_numpy(picture).permute(2, 0, 1)[None]
    return F.interpolate(whole, (size, size), mode="bilinear", antialias=True)[0]


def flow_inputs(flows: list[np.ndarray], sequences, classes, size: int) -> Inputs:
    """Flows with strain as inputs, averaged to size x size.

    Values stay in physical units; `normalise` scales them with the training subjects' statistics.

    Parameters
    ----------
    flows : list of (H, W, 3) float32
        Right and down in pixels, and strain: see `flow.onset_to_apex`.
    sequences, classes
        Whose each flow is, and the classes in their order.
    size : int
        In pixels.

    Returns
    -------
    Inputs

    Examples
    --------
    >>> from mer.datasets import Sequence
    >>> from mer.learning import flow_inputs
    >>> made = [Sequence("made up", who, "1", "joy") for who in ("ann", "ben")]
    >>> data = flow_inputs([np.ones((224, 224, 3))] * 2, made, ["grief", "joy"], size=28)
    >>> data.x.shape, data.labels, data.subjects
    (torch.Size([2, 3, 28, 28]), array([1, 1]), array(['ann', 'ben'], dtype='<U3'))
    """
    small = [cv2.resize(one, (size, size), interpolation=cv2.INTER_AREA) for one in flows]
    x = torch.from_numpy(np.stack(small).transpose(0, 3, 1, 2).astype(np.float32))
    return Inputs(x, _labels(sequences, classes), tuple(sequences), tuple(classes), "flow")


def published_flow_inputs(images: list[np.ndarray], sequences, classes) -> Inputs:
    """Published flow pictures in [0, 1] (28, 28, 3) -> signed motion around each image's rest.

    Min-max scaling hides where zero motion lies. Most of a face is at rest, so the median of
    each channel stands in for zero; then a mirrored face negates its horizontal part exactly as
    a true flow does.
    """
    stack = np.stack(images).astype(np.float32)
    rest = np.median(stack, axis=(1, 2), keepdims=True)
    x = torch.from_numpy(np.ascontiguousarray((stack - rest).transpose(0, 3, 1, 2)))
    return Inputs(x, _labels(sequences, classes), tuple(sequences), tuple(classes), "flow")


def evened(inputs: Inputs, limit: float = 3.0, blur: float = 1.0) -> Inputs:
    """Flows whose strength is the same in every picture, without outliers and grain.

    Scaling from the least to the greatest value lets one pixel set the strength of all others.
    Here each channel of each picture gets a root mean square of 1, is cut at +-`limit` and
    blurred by `blur` pixels. No other picture enters, so this may be done before any split.
    """
    size = inputs.x.pow(2).mean(dim=(2, 3), keepdim=True).sqrt().clamp_min(1e-6)
    cut = (inputs.x / size).clamp(-limit, limit).numpy().transpose(0, 2, 3, 1)
    soft = np.stack([cv2.GaussianBlur(picture, (0, 0), blur) for picture in cut])
    return replace(inputs, x=torch.from_numpy(np.ascontiguousarray(soft.transpose(0, 3, 1, 2))))


def normalise(inputs: Inputs, train: np.ndarray) -> Inputs:
    """Scale each flow channel to unit root mean square over the training positions only.

    The scale is not centred: zero motion stays zero, so that a mirrored flow is still a flow.
    Apex inputs are already scaled by constants and come back unchanged.

    Parameters
    ----------
    inputs : Inputs
    train : (N,) array of int
        The training positions.

    Returns
    -------
    Inputs
        All of them, also those that are tested.

    Examples
    --------
    >>> from mer.datasets import Sequence
    >>> from mer.learning import flow_inputs
    >>> from mer.learning.inputs import normalise
    >>> made = [Sequence("made up", who, "1", "joy") for who in ("ann", "ben")]
    >>> data = flow_inputs([np.full((8, 8, 3), v) for v in (2.0, 4.0)], made, ["joy"], size=4)
    >>> normalise(data, train=np.array([0])).x[:, 0, 0, 0]
    tensor([1., 2.])
    """
    if inputs.kind == "apex":
        return inputs
    scale = inputs.x[train].pow(2).mean(dim=(0, 2, 3), keepdim=True).sqrt().clamp_min(1e-6)
    return replace(inputs, x=inputs.x / scale)


def augment(
    x: torch.Tensor,
    kind: str,
    generator: torch.Generator,
    flip: float = 0.3,
    translate: float = 0.02,
) -> torch.Tensor:
    """Mirror each sample with probability `flip`; move it by up to `translate` of its size.

    One call for a whole batch, with its own draw for each sample; a loop over torchvision's
    RandomHorizontalFlip and RandomAffine gives the same pictures, slower (see
    tests/learning/test_inputs.py). What moves in from outside is zero.

    Parameters
    ----------
    x : (N, 3, S, S) tensor
    kind : str
        That of the inputs: a mirrored "flow" negates its horizontal channel.
    generator : torch.Generator
        Where the draws come from.
    flip, translate : float
        Shares, 0 to 1.

    Returns
    -------
    (N, 3, S, S) tensor

    Examples
    --------
    >>> import torch
    >>> from mer.learning.inputs import augment
    >>> x = torch.ones(1, 3, 2, 2)
    >>> augment(x, "flow", torch.Generator().manual_seed(0), flip=1, translate=0)[0, :, 0, 0]
    tensor([-1.,  1.,  1.])
    """
    n, side = len(x), x.shape[-1]
    mirrored = (torch.rand(n, generator=generator) < flip).view(n, 1, 1, 1)
    shift = (torch.rand(n, 2, generator=generator) * 2 - 1) * translate * side
    return move(torch.where(mirrored, mirror(x, kind), x), shift.round())


def mirror(x: torch.Tensor, kind: str) -> torch.Tensor:
    """Each face seen in a mirror, (N, 3, S, S); in a flow the horizontal motion turns its sign."""
    turned = x.flip(-1)
    if kind == "flow":
        turned = torch.cat([-turned[:, :1], turned[:, 1:]], dim=1)
    return turned


def move(x: torch.Tensor, shift: torch.Tensor) -> torch.Tensor:
    """Translate each sample by whole pixels, `shift` (N, 2) right and down, filling with zero.

    Whole pixels, as torchvision's RandomAffine draws them: no interpolation blurs the motion.
    """
    n, side = len(x), x.shape[-1]
    theta = torch.eye(2, 3).repeat(n, 1, 1)
    theta[:, :, 2] = -2 * shift / side
    grid = F.affine_grid(theta, list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, mode="nearest", align_corners=False)
