"""What the user says by environment variables. They are read here only, and when asked for."""

from __future__ import annotations

import os
from pathlib import Path

DATA = "MER_DATA"  # the folder of all data
CLUSTER = "MER_CLUSTER"  # the address of a Dask scheduler
CASME2_RAW = "CASME2_RAW"  # CASME II's whole recordings, for `mer spot`
BATCH = "MER_BATCH"  # set in the kernels of `mer study`: nobody is watching


def source_variable(name: str) -> str:
    """The variable that names the folder of a source: MER_CASME2 for casme2."""
    return f"MER_{name.upper()}"


def source(name: str) -> Path | None:
    """The folder that the user chose for a source; None: not chosen."""
    return _path(source_variable(name))


def data() -> Path | None:
    """The folder that the user chose for all data; None: not chosen."""
    return _path(DATA)


def casme2_raw() -> Path | None:
    """The folder of CASME II's whole recordings; None: not chosen."""
    return _path(CASME2_RAW)


def cluster() -> str | None:
    """The address of the user's Dask scheduler; None: there is none."""
    return os.environ.get(CLUSTER) or None


def batch() -> bool:
    """Whether this is a batch run, where progress bars would only fill the report."""
    return bool(os.environ.get(BATCH))


def _path(variable: str) -> Path | None:
    chosen = os.environ.get(variable)
    return Path(chosen).expanduser() if chosen else None
