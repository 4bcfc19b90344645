"""What `mer.people` offers, and that it is loaded only when somebody asks for it."""

import subprocess
import sys

import pytest

from mer import people


def test_every_name_is_there():
    assert set(people.__all__) >= {"Selection", "build", "is_built", "record", "shots"}
    assert all(callable(getattr(people, name)) for name in people.__all__)
    assert set(people.__all__) <= set(dir(people))


def test_a_name_that_is_not_there_is_an_error():
    with pytest.raises(AttributeError, match="no attribute 'bake'"):
        people.bake


def test_a_random_stream_costs_no_renderer():
    code = "import sys, mer.people.rng; print(*(m for m in sys.modules if m.startswith('mer')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if not name.startswith("mer.core")}
    assert loaded == {"mer", "mer.people", "mer.people.rng"}


def test_reading_a_cast_costs_no_renderer():
    heavy = "{'numba', 'torch', 'embreex'}"
    code = f"import sys, mer.datasets.synthetic; print(*{heavy} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
