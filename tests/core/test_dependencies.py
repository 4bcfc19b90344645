"""Which code an artefact's key depends on: in a small package, and in this one."""

import shutil

import grimp
import pytest

from mer.core.dependencies import code_key, dependencies
from mer.core.paths import PACKAGE

SMALL = {
    "__init__.py": "from small import elsewhere\n",
    "maker.py": "import json\nfrom small import helper\nfrom small.room import thing, renamed\n"
    "from small.room.deep.well import water\n\n"
    "def make():\n    from .late import later\n    import small.later_still\n",
    "helper.py": "from small.base import f\n",
    "base.py": "",
    "late.py": "later = 1\n",
    "later_still.py": "",
    "elsewhere.py": "",
    "room/__init__.py": "from small.room.things import thing\nfrom .names import a as renamed\n"
    "from small.room import other\nVALUE = 1\n",
    "room/things.py": "from ..base import f\nfrom . import brother\n",
    "room/brother.py": "",
    "room/names.py": "",
    "room/other.py": "",
    "room/deep/__init__.py": "from small import elsewhere\n",
    "room/deep/well.py": "",
    "values.py": "from small.room import VALUE\n",
    "lazy/__init__.py": "NAMES = {'jewel': 'small.lazy.chest'}\n\n"
    "def __getattr__(name):\n    ...\n",
    "lazy/chest.py": "jewel = 1\n",
    "takes_module.py": "from small.lazy import chest\n",
    "takes_name.py": "\nfrom small.lazy import jewel\n",
    "takes_face.py": "from small import lazy\n",
    "takes_all.py": "from small.room import *\n",
    "takes_nothing.py": "import small.nowhere\n",
}
NEEDED = {
    "maker",
    "helper",
    "base",
    "late",
    "later_still",
    "room.things",
    "room.brother",
    "room.names",
    "room.deep.well",
}

# Who makes artefacts that are kept under a name of `mer.core.cache`.
KINDS = (
    "mer.experiments.strangers",
    "mer.experiments.synthetic_pictures",
    "mer.learning.activation_maps",
    "mer.learning.cross_validation",
    "mer.learning.pretraining",
    "mer.video.recogniser_data",
)


@pytest.fixture
def small(tmp_path):
    for name, text in SMALL.items():
        path = tmp_path / "small" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "small"


def found(package, module):
    names = dependencies(f"small.{module}", package=package)
    return {name.removeprefix("small.") for name in names}


def new_key(package, *modules):
    """As a fresh process has it."""
    code_key.cache_clear()
    return code_key(*modules, package=package)


def change(package, module):
    """Change the file of a module; gives what undoes it."""
    place = package.joinpath(*module.split(".")[1:])
    file = place.with_suffix(".py") if place.with_suffix(".py").is_file() else place / "__init__.py"
    before = file.read_bytes()
    file.write_bytes(before + b"# changed\n")
    return lambda: file.write_bytes(before)


def modules(package):
    """Full names of all modules and packages."""
    for file in package.rglob("*.py"):
        parts = file.relative_to(package.parent).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def changing(package, kind):
    """The modules whose change changes the key of `kind`."""
    before, changed = new_key(package, kind), set()
    for module in modules(package):
        undo = change(package, module)
        if new_key(package, kind) != before:
            changed.add(module)
        undo()
    assert new_key(package, kind) == before
    return changed


def test_all_that_is_imported_changes_the_key_and_nothing_else(small):
    assert found(small, "maker") == NEEDED
    assert changing(small, "small.maker") == {f"small.{name}" for name in NEEDED}


def test_a_package_counts_where_it_defines_what_is_taken(small):
    assert found(small, "values") == {
        "values",
        "room",
        "room.things",
        "room.brother",
        "room.names",
        "room.other",
        "base",
    }
    assert found(small, "takes_all") == found(small, "values") - {"values"} | {"takes_all"}


def test_a_lazy_face_drags_nothing_in_and_hides_nothing(small):
    assert found(small, "takes_module") == {"takes_module", "lazy.chest"}
    with pytest.raises(ImportError, match="takes_name.py, line 2: .*'jewel'.*defines it"):
        found(small, "takes_name")
    with pytest.raises(ImportError, match="takes_face.py, line 1: .*loads lazily"):
        found(small, "takes_face")


def test_what_is_not_there_is_an_error(small):
    with pytest.raises(ImportError, match="small.nowhere: no such module"):
        found(small, "takes_nothing")
    with pytest.raises(ImportError, match="small.nobody"):
        code_key("small.nobody", package=small)


def test_a_key_is_worked_out_once(small):
    before = new_key(small, "small.helper")
    change(small, "small.base")
    assert code_key("small.helper", package=small) == before != new_key(small, "small.helper")


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("mer", cache_dir=None)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_what_an_artefact_depends_on_changes_its_key(kind, graph, tmp_path):
    copy = tmp_path / "mer"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    assert changing(copy, kind) == needed(graph, kind)


def needed(graph, kind):
    """By another reader of import statements, which follows no name through a package's face:
    so modules of an artefact have to take names from where they are defined."""
    reached, todo = set(), [kind]
    while todo:
        module = todo.pop()
        assert not (PACKAGE.joinpath(*module.split(".")[1:]) / "__init__.py").exists(), (
            f"{kind} takes a name from {module}: take it from the module that defines it"
        )
        reached.add(module)
        todo += graph.find_modules_directly_imported_by(module) - reached
    return reached
