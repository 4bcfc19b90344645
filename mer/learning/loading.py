"""The inputs of a run, read from what its first notebooks left."""

from __future__ import annotations

from mer.core.errors import MerError
from mer.learning.inputs import Inputs, apex_inputs, flow_inputs
from mer.preprocessing import flow, pairs


def load_inputs(run, kind: str, size: int | None = None) -> Inputs:
    """What notebooks 01 to 03 left in the folder of a run, as the inputs of a network.

    run    a `mer.Run`; of it are used `needs`, `source` and `profile`
    kind   "apex" or "flow"; another one raises `MerError`
    size   side of the inputs in pixels (None: the profile's)

    Their order is that of the pairs. What is missing or damaged raises an error that says which
    notebook to run first.
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
