"""Installing: ranges, the lock made from them, what a wheel holds and what runs without extras."""

import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name as canonical

import mer

CHECKOUT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCK = (CHECKOUT / "requirements.lock").read_text()
GPU = re.compile(r"(nvidia|cuda)-|triton$")  # what torch brings along differs between its builds


def wanted(*extras):
    """The requirements of mer alone, and with the named extras."""
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in EXTRAS[extra])]
    return [Requirement(line) for line in lines]


def outside(*extras):
    return [r for r in wanted(*extras) if r.name != PROJECT["name"]]


def locked(text=LOCK):
    """Versions that the lock has for this Python and system, by name."""
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate():
            (pin,) = requirement.specifier
            assert pin.operator == "==", line
            assert canonical(requirement.name) not in found, f"{line}: locked twice"
            found[canonical(requirement.name)] = pin.version
    return found


def unmet(requirements, versions):
    """Those that the locked versions do not satisfy, in words."""
    missing = [f"{r.name} is not locked" for r in requirements if canonical(r.name) not in versions]
    return missing + [
        f"{r} is locked at {versions[canonical(r.name)]}"
        for r in requirements
        if canonical(r.name) in versions and versions[canonical(r.name)] not in r.specifier
    ]


def closure(requirements):
    """Names of everything installed that the requirements ask for, directly or by others."""
    names, waiting = set(), [(r.name, extra) for r in requirements for extra in ("", *r.extras)]
    seen = set()
    while waiting:
        name, extra = waiting.pop()
        if (canonical(name), extra) in seen or canonical(name) == canonical(PROJECT["name"]):
            continue
        seen.add((canonical(name), extra))
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:  # an extra that is not installed here
            continue
        names.add(canonical(name))
        for line in needs:
            need = Requirement(line)
            if need.marker is None or need.marker.evaluate({"extra": extra}):
                waiting += [(need.name, chosen) for chosen in ("", *need.extras)]
    return names


def test_the_lock_satisfies_every_range():
    assert unmet(outside(*EXTRAS), locked()) == []


def test_a_lock_that_lags_behind_is_found():
    versions = locked()
    assert unmet([Requirement("numpy>=99")], versions) == [
        f"numpy>=99 is locked at {versions['numpy']}"
    ]
    assert unmet([Requirement("mediapipe")], versions) == ["mediapipe is not locked"]
    with pytest.raises(AssertionError, match="locked twice"):
        locked("numpy==1\nNumPy==2")


def test_the_lock_covers_what_the_locked_packages_ask_for():
    names = {name for name in closure(outside(*EXTRAS)) if not GPU.match(name)}
    assert {"tornado", "markupsafe", "llvmlite"} <= names  # asked for by others only
    assert names - set(locked()) == set()


def test_the_lock_leaves_the_build_and_the_index_open():
    lines = [line for line in LOCK.splitlines() if not line.startswith("#")]
    odd = re.compile(r"://|--|@|\+|sha256")
    assert [line for line in lines if odd.search(line) or GPU.match(line.split("==")[0])] == []
    # Whatever the machine: torch is torch.
    assert [line for line in lines if re.match("torch==", line)] == [f"torch=={locked()['torch']}"]


def test_every_range_has_a_lower_bound_and_none_is_a_pin():
    for requirement in outside(*EXTRAS):
        operators = {specifier.operator for specifier in requirement.specifier}
        assert ">=" in operators, requirement
        assert operators <= {">=", "<"}, requirement
    assert "<5" in str({r.name: r for r in wanted()}["opencv-python"])  # 5 has no Haar cascades


def test_conda_restates_no_version():
    environment = yaml.safe_load((CHECKOUT / "environment.yml").read_text())
    *conda, pip = environment["dependencies"]
    assert conda == ["python=3.11", "pip"]
    assert pip["pip"] == ["--constraint requirements.lock", "--editable .[study,cluster,test]"]


def test_every_extra_is_installed_by_make_and_conda():
    named = {"study", "cluster", "test"}
    through = {extra for r in wanted(*named) if r.name == PROJECT["name"] for extra in r.extras}
    assert named | through == set(EXTRAS)
    assert "[study,cluster,test]" in (CHECKOUT / "Makefile").read_text()


def test_the_version_has_one_truth():
    assert mer.__version__ == PROJECT["version"]
    citation = yaml.safe_load((CHECKOUT / "CITATION.cff").read_text())
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]


def test_the_console_command_is_the_command_line():
    (command,) = metadata.entry_points(group="console_scripts", name="mer")
    assert command.value == PROJECT["scripts"]["mer"]
    with pytest.raises(SystemExit) as ended:
        command.load()(["--help"])
    assert ended.value.code == 0


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The files of mer as they stand in a wheel, built from what git tracks."""
    source = tmp_path_factory.mktemp("source")
    for name in tracked("mer", "pyproject.toml", "README.md", "LICENSE"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / name, source / name)
    (source / "mer/__pycache__").mkdir()
    (source / "mer/__pycache__/stale.pyc").write_text("")
    build = "from setuptools import build_meta; print(build_meta.build_wheel('dist'))"
    done = subprocess.run(
        [sys.executable, "-c", build], cwd=source, capture_output=True, text=True, check=True
    )
    return source / "dist" / done.stdout.splitlines()[-1]


def tracked(*paths):
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *paths], cwd=CHECKOUT, capture_output=True, check=True
    )
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return [name for name in names if (CHECKOUT / name).is_file()]


def test_a_wheel_holds_what_git_holds(wheel):
    assert wheel.name.startswith("mer_study-")
    shutil.unpack_archive(wheel, wheel.parent / "open", "zip")
    packed = {
        path.relative_to(wheel.parent / "open").as_posix()
        for path in (wheel.parent / "open/mer").rglob("*")
        if path.is_file()
    }
    assert packed == set(tracked("mer"))


# Raises as if what only the extras bring were not there, then runs the command line.
WITHOUT_EXTRAS = """
import sys
absent, arguments = set(sys.argv[1].split()), sys.argv[2:]

class Absent:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent)
from mer.__main__ import main
sys.exit(main(arguments))
"""


@pytest.mark.slow
@pytest.mark.parametrize("command", ["doctor", "analyse"])
def test_it_runs_without_extras(tmp_path, command):
    base = closure(outside())
    absent = {
        module
        for module, names in metadata.packages_distributions().items()
        if module != "mer" and not {canonical(name) for name in names} & base
    }
    assert {"IPython", "anny", "torchvision", "voila"} <= absent
    assert not absent & {"cv2", "numpy", "torch", "jinja2"}
    arguments = [command]
    if command == "analyse":
        (clip,) = (name for name in tracked("mer", "data") if name.endswith(".webm"))
        arguments += [str(CHECKOUT / clip), "--out", str(tmp_path / "found")]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXTRAS, " ".join(absent), *arguments],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
    )
    assert "Traceback" not in done.stderr, done.stderr
    if command == "analyse":
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "found/log.csv").is_file()


@pytest.mark.parametrize("name", ["ruff", "nbstripout"])
def test_the_hooks_need_nothing_but_the_environment(name):
    (own,) = yaml.safe_load((CHECKOUT / ".pre-commit-config.yaml").read_text())["repos"]
    assert own["repo"] == "local"
    entries = [hook["entry"] for hook in own["hooks"]]
    assert {hook["language"] for hook in own["hooks"]} == {"system"}
    assert any(entry.startswith(f"python -m {name} ") for entry in entries)
    assert name in {requirement.name for requirement in wanted("test")}
