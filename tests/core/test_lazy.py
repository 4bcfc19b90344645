import ast
import importlib
import inspect
import subprocess
import sys
from types import ModuleType

import pytest

from mer.core.lazy import face

LAZY = ("evaluation", "learning", "people", "preprocessing", "study", "video")


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A package whose face hands on a class and a module."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/__init__.py").write_text("")
    (tmp_path / "shop/chest.py").write_text("class Jewel: pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    package = importlib.import_module("shop")
    package.__getattr__, package.__dir__ = face("shop", ["Jewel", "chest"], Jewel="chest")
    yield package
    for name in ("shop", "shop.chest"):
        sys.modules.pop(name, None)


def test_a_name_is_loaded_when_it_is_asked_for(shop):
    assert {"Jewel", "chest"} <= set(dir(shop))
    assert "shop.chest" not in sys.modules
    assert shop.Jewel.__module__ == "shop.chest"
    assert isinstance(shop.chest, ModuleType)


def test_other_names_are_not_there(shop):
    with pytest.raises(AttributeError, match="'shop' has no attribute 'Crown'"):
        _ = shop.Crown


def test_importing_the_rooms_loads_next_to_nothing():
    rooms = "; ".join(f"import mer.{room}" for room in LAZY)
    heavy = "{'cv2', 'numpy', 'pandas', 'torch'} & set(sys.modules)"
    code = f"import sys; {rooms}; print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("room", LAZY)
def test_a_type_checker_sees_the_same_names(room):
    package = importlib.import_module(f"mer.{room}")
    told = {
        alias.name: node.module
        for node in ast.walk(ast.parse(inspect.getsource(package)))
        if isinstance(node, ast.ImportFrom) and node.module.startswith(f"mer.{room}.")
        for alias in node.names
    }
    things = {name: getattr(package, name) for name in package.__all__}
    assert set(told) == {n for n, thing in things.items() if not isinstance(thing, ModuleType)}
    for name, home in told.items():
        assert things[name] is getattr(importlib.import_module(home), name)
