"""The inputs of a run, read from what its first notebooks left."""

from __future__ import annotations

from mer.core.errors import MerError
from mer.learning.inputs import Inputs, apex_inputs, flow_inputs
from mer.preprocessing import flow, pairs


def load_inputs(run, kind: str, size: int | None = None) -> Inputs:
    """What notebooks 01 to 03 left in the folder of a run, as the inputs of a network.

    Parameters
    ----------
    run : Run
        A `mer.Run`; of it are used `needs`, `source` and `profile`.
    kind : {"apex", "flow"}
    size : int, optional
        Side of the inputs in pixels; by default the profile's.

    Returns
    -------
    Inputs
        In the order of the pairs.

    Raises
    ------
    MerError
        If there is no such kind, or a file is missing, with the notebook to run first.
    BadData
        If a file is damaged.

    Examples
    --------
    >>> from mer import Run
    >>> from mer.learning import load_inputs
    >>> load_inputs(Run("06_flow_cnn", "synthetic", "quick", 0, "nowhere"), "flow")
    Traceback (most recent call last):
        ...
    mer.core.errors.MerError: nowhere/index.csv is missing: run notebook 01_data_cleanup first, ...
    """
    if kind not in ("apex", "flow"):
        raise MerError(f"unknown kind of inputs {kind!r}; choose apex or flow")
    size = size or run.profile.size
    sequences, _ = pairs.of_run(run)
    folder = run.needs("pairs" if kind == "apex" else "flow")
    if kind == "apex":
        faces = [pairs.crops(folder, one)[1] for one in sequences]
        return apex_inputs(faces, sequences, run.source.classes, size)
    fields = [flow.load(folder / f"{one.key}.npz") for one in sequences]
    return flow_inputs(fields, sequences, run.source.classes, size)
