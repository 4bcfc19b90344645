"""Artefacts that take long to make are kept in files, under names that say what made them.

`key` names an artefact by the code, the libraries and the parameters that shape it; `kept` makes
what is missing, on all cores, and loads the rest.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from mer.core import parallel
from mer.core.dependencies import code_key
from mer.core.errors import BadData
from mer.core.files import atomic

RENDERING = ("anny", "embreex", "numba", "numpy", "opencv-python", "scipy", "torch")


def key(module: str, libraries: Iterable[str], **parameters) -> str:
    """16 hex digits that change with whatever shapes an artefact.

    module       who makes it (`__name__`); all modules that it depends on count too
    libraries    distributions whose version counts
    parameters   plain values, arrays, and dataclasses, tuples, lists and dicts of such. Others
                 are a `TypeError`: what Python prints of them can be equal for unequal things,
                 or differ from one process to the next.
    """
    return digest(code_key(module), versions(*libraries), parameters)


def digest(*values) -> str:
    """16 hex digits that change with any of the values, which are such as parameters of `key`."""
    return hashlib.sha256(_text(values).encode()).hexdigest()[:16]


def versions(*names: str) -> dict[str, str | None]:
    """The installed versions of distributions (None: not installed)."""
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def _text(value) -> str:
    """Equal texts for equal values, different ones for different values, in every process."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value) in (bool, int, float, str, bytes):
        return repr(value)
    if isinstance(value, tuple | list):
        return f"({''.join(_text(item) + ',' for item in value)})"
    if isinstance(value, Mapping):
        return f"{{{','.join(sorted(f'{_text(k)}:{_text(item)}' for k, item in value.items()))}}}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return f"{type(value).__qualname__}{_text(fields)}"
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        content = hashlib.sha256(np.ascontiguousarray(value)).hexdigest()
        return f"array({value.dtype.str},{_text(value.shape)},{content})"
    raise TypeError(
        f"{type(value).__qualname__}: a cache cannot be named by this; give it plain "
        "values or arrays"
    )


@dataclasses.dataclass(frozen=True)
class Format:
    """How an artefact is written to a file, and read from it."""

    save: Callable[[Path, object], None]
    load: Callable[[Path], object]


def _load_arrays(file: Path) -> dict[str, np.ndarray]:
    with np.load(file, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


ARRAYS = Format(lambda file, arrays: np.savez_compressed(file, **arrays), _load_arrays)  # .npz


@contextmanager
def all_cores(count: int):
    """The default of `kept`: every core of this machine."""
    yield partial(parallel.share, count=count, ordered=False)


def kept(
    files: Sequence[Path],
    jobs: Callable[[list[int]], Iterable],
    what: str,
    unit: str = "person",
    quiet: bool = False,
    leave: bool = True,
    form: Format = ARRAYS,
    pool=all_cores,
) -> list:
    """The contents of `files`, in their order; those that are missing are made first.

    jobs    gives for the positions of missing files, in this order, what makes the content of
            each: calls by `joblib.delayed`. It may be a generator: a job is asked for shortly
            before it begins, so that what many jobs share can be loaded once and let go.
    what    what is made, for errors and for the progress bar, which `leave` lets stand at the end
    pool    with the number of jobs, a context that does them (such as `parallel.pool`)

    A result is written as soon as it is there, so that an interrupted call is taken up again. A
    file that cannot be read is `BadData`.
    """
    files = [Path(file) for file in files]
    first = {file: position for position, file in reversed(list(enumerate(files)))}
    missing = sorted(position for file, position in first.items() if not file.exists())
    if missing:
        with pool(len(missing)) as run:
            done = run(_numbered(missing, jobs(missing)))
            bar = tqdm(done, what, len(missing), unit=unit, disable=quiet, leave=leave)
            for position, content in bar:
                with atomic(files[position]) as draft:
                    form.save(draft, content)
    return [_load(file, form, what) for file in files]


def numbered(folder: Path | str, name: str, count: int) -> list[Path]:
    """Files of `count` people, or whatever is counted: <name>-0000.npz, and so on."""
    return [Path(folder) / f"{name}-{index:04d}.npz" for index in range(count)]


def _numbered(positions: list[int], jobs: Iterable) -> Iterable:
    for position, (function, some, named) in zip(positions, jobs, strict=True):
        yield _with_position, (position, function, *some), named


def _with_position(position: int, function, *some, **named):
    return position, function(*some, **named)


def _load(file: Path, form: Format, what: str):
    try:
        return form.load(file)
    except Exception as error:  # zipfile, zlib, OS and key errors alike mean a damaged file
        reason = str(error).partition("\n")[0][:100]
        raise BadData(
            f"{file}: no readable {what} ({reason}). Delete this file and run the same "
            "again: only it is made anew."
        ) from error
