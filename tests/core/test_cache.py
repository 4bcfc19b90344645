"""Names of artefacts, and files that are made where they are missing."""

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from joblib import delayed

from mer.core import cache, parallel
from mer.core.errors import BadData, MerError

PARAMETERS = dict(size=32, classes=("happiness", "disgust"), options={"b": 1, "a": None})


@dataclass(frozen=True)
class Recipe:
    rate: float = 0.1
    weights: np.ndarray | None = None


def key(**changed):
    return cache.key("mer.core.files", ("numpy", "torch"), **{**PARAMETERS, **changed})


def test_a_key_changes_with_every_parameter_and_with_nothing_else():
    assert key() == key(options={"a": None, "b": 1}) == key(size=np.int64(32))
    assert len(key()) == 16
    large = np.arange(5000)  # numpy prints it with dots in the middle
    other = large.copy()
    other[2500] = 0
    keys = [
        key(),
        key(size=33),
        key(size=32.0),
        key(size="32"),
        key(size=True),
        key(more=None),
        key(classes=("disgust", "happiness")),
        key(classes=("happiness, disgust",)),
        key(options={"b": 1, "a": 0}),
        key(x=large),
        key(x=other),
        key(x=large.reshape(2, -1)),
        key(x=large.astype(np.int32)),
        key(x=large.view(np.float64)),
        key(x=Recipe()),
        key(x=Recipe(0.2)),
        key(x=Recipe(weights=large)),
        key(x=Recipe(weights=other)),
    ]
    assert len(set(keys)) == len(keys)
    assert key(x=large) == key(x=large.copy()) and key(x=Recipe()) == key(x=replace(Recipe()))


def test_a_key_changes_with_the_code_and_the_libraries(monkeypatch):
    before = key()
    assert cache.key("mer.core.errors", ("numpy", "torch"), **PARAMETERS) != before
    assert cache.key("mer.core.files", ("numpy",), **PARAMETERS) != before
    real = cache.version
    monkeypatch.setattr(cache, "version", lambda name: real(name) + "+other" * (name == "torch"))
    assert key() != before


def test_a_key_is_the_same_in_another_process():
    code = (
        "from mer.core import cache; print(cache.key('mer.core.files', ('numpy', 'torch'), "
        f"**{PARAMETERS!r}))"
    )
    for seed in "1", "2":
        said = subprocess.run(
            [sys.executable, "-c", code],
            text=True,
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        assert said.stdout.strip() == key()


@pytest.mark.parametrize(
    "value",
    [object(), {"a"}, len, Path("x"), np.array([None]), Recipe, [1, Recipe(weights=object())]],
)
def test_what_has_no_lasting_text_is_refused(value):
    with pytest.raises(TypeError, match="a cache cannot be named by this"):
        key(x=value)


def test_versions_of_what_is_installed_and_of_what_is_not():
    assert cache.versions("numpy", "no-such-thing") == {
        "numpy": np.__version__,
        "no-such-thing": None,
    }


def square(number):
    if number == 13:
        raise MerError("unlucky")
    return {
        "square": np.array([number**2]),
        "thread": np.array(cv2.getNumThreads()),
        "pid": np.array(os.getpid()),
    }


class Maker:
    """Makes squares, and remembers what it was asked for."""

    def __init__(self, folder, count):
        self.files, self.made = cache.numbered(folder, "name", count), []

    def jobs(self, missing):
        for number in missing:
            self.made.append(number)
            yield delayed(square)(number)

    def kept(self, files=None, **options):
        self.made.clear()
        return cache.kept(files or self.files, self.jobs, "squares", quiet=True, **options)


def test_what_is_missing_is_made_in_workers_and_kept(tmp_path):
    maker = Maker(tmp_path / "new", 5)
    found = maker.kept()
    assert [part["square"][0] for part in found] == [0, 1, 4, 9, 16]
    assert maker.made == [0, 1, 2, 3, 4]
    assert all(part["thread"] == 1 and part["pid"] != os.getpid() for part in found)
    names = sorted(path.name for path in (tmp_path / "new").iterdir())  # no draft stays behind
    assert names == [f"name-000{number}.npz" for number in range(5)]
    again = maker.kept()
    assert maker.made == [] and again[3]["pid"] == found[3]["pid"]
    maker.files[3].unlink()
    assert maker.kept()[3]["square"] == 9 and maker.made == [3]


def test_one_file_asked_for_twice_is_made_once(tmp_path):
    maker = Maker(tmp_path, 2)
    found = maker.kept(files=[*maker.files, *maker.files])
    assert [part["square"][0] for part in found] == [0, 1, 0, 1] and maker.made == [0, 1]


def test_jobs_are_made_when_they_are_needed(tmp_path):
    maker = Maker(tmp_path, 3)
    seen = []

    def one_by_one(jobs):
        for _position, (function, some, named) in enumerate(jobs):
            seen.append(list(maker.made))
            yield function(*some, **named)

    class Pool:
        def __init__(self, count):
            assert count == 3

        def __enter__(self):
            return one_by_one

        def __exit__(self, *error):
            seen.append("closed")

    maker.kept(pool=Pool)
    assert seen == [[0], [0, 1], [0, 1, 2], "closed"]
    assert maker.kept(pool=None)[2]["square"] == 4  # nothing is missing: no pool is asked for


def test_what_others_have_made_is_read_through_a_link(tmp_path):
    """How a class shares rendered people: nothing is made, and nothing is written there."""
    shared = tmp_path / "shared"
    Maker(shared, 3).kept(pool=in_order)
    times = {path: path.stat().st_mtime_ns for path in (shared, *shared.iterdir())}
    (tmp_path / "mine").symlink_to(shared, target_is_directory=True)
    reader = Maker(tmp_path / "mine", 3)
    assert [one["square"] for one in reader.kept(pool=None)] == [
        n**2 for n in range(len(times) - 1)
    ]
    assert {path: path.stat().st_mtime_ns for path in (shared, *shared.iterdir())} == times


def test_what_was_done_before_an_error_stays(tmp_path):
    maker = Maker(tmp_path, 14)
    with parallel.joblib.parallel_config("sequential"), pytest.raises(MerError, match="unlucky"):
        maker.kept(pool=in_order)
    assert [file.exists() for file in maker.files] == [True] * 13 + [False]


@contextmanager
def in_order(count):
    yield lambda jobs: (function(*some, **named) for function, some, named in jobs)


@pytest.mark.parametrize("content", [b"", b"no archive"])
def test_a_damaged_file_is_named_with_the_remedy(tmp_path, content):
    maker = Maker(tmp_path, 2)
    maker.kept()
    maker.files[1].write_bytes(content)
    with pytest.raises(BadData, match=r"name-0001.npz: no readable squares .*Delete this file"):
        maker.kept()
    maker.files[1].unlink()
    assert maker.kept()[1]["square"] == 1


def test_another_form_of_file(tmp_path):
    form = cache.Format(
        lambda file, made: file.write_text(str(made["square"][0])),
        lambda file: int(file.read_text()),
    )
    maker = Maker(tmp_path, 0)
    files = [tmp_path / f"{number}.txt" for number in range(3)]
    assert maker.kept(files, form=form) == [0, 1, 4]
    files[0].write_text("zero")
    with pytest.raises(BadData, match="0.txt: no readable squares"):
        maker.kept(files, form=form)
