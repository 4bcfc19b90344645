"""The command line: help, exit codes, and errors without a traceback."""

import json
import subprocess
import sys
from dataclasses import asdict
from types import SimpleNamespace

import pytest
from support.factories import record

import mer
from mer import __main__ as cli
from mer.core import environment, parallel, paths
from mer.core.errors import MerError
from mer.datasets import SOURCES
from mer.study.profiles import PROFILES


def run(capsys, *arguments):
    code = cli.main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_no_command_prints_help(capsys):
    code, out, _ = run(capsys)
    assert code == 0
    assert all(word in out for word in ("study", "people", "fetch", "compare", "doctor"))


def test_help_loads_nothing_heavy():
    check = (
        "import sys; from mer.__main__ import main\nmain([])\n"
        "print([m for m in ('torch', 'papermill', 'cv2', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True)
    assert done.stdout.endswith("[]\n"), done.stderr


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--profile", "huge"], "unknown profile 'huge'; choose one of smoke"),
        (["--source", "samm"], "unknown source 'samm'; choose one of synthetic"),
        (["--only", "77"], "unknown notebook '77'"),
        (["--source", "megc2019", "--only", "01,06"], "publishes flows, no frames"),
    ],
)
def test_bad_study_options(capsys, tmp_path, arguments, words):
    code, _, err = run(capsys, "study", "--run-dir", tmp_path / "run", *arguments)
    assert code == 1 and words in err and "Traceback" not in err
    assert not (tmp_path / "run").exists()


def test_only_takes_lists_and_repeats(capsys, monkeypatch):
    seen = {}

    class Fake:
        def __init__(self, source, profile, seed, run_dir, only, resume):
            seen.update(locals())
            self.run_folder = run_dir

        def run(self):
            pass

    monkeypatch.setattr("mer.study.runner.Study", Fake)
    code, out, _ = run(
        capsys,
        "study",
        "--only",
        "04, 05",
        "--only",
        "10",
        "--resume",
        "--run-dir",
        "there",
        "--seed",
        "7",
    )
    assert code == 0 and "there" in out and "index.html" in out
    assert seen["only"] == ["04", "05", "10"] and seen["resume"] and seen["seed"] == 7
    assert (seen["source"], seen["profile"]) == ("synthetic", "quick")


def test_default_run_dir():
    from mer.study.runner import Study, default_run_dir

    assert default_run_dir("casme2", "full", 4).parts[-2:] == ("reports", "casme2-full-seed4")
    assert Study("synthetic", "smoke", 1).run_folder.path == default_run_dir(
        "synthetic", "smoke", 1
    )


@pytest.mark.parametrize(
    "error, code, words",
    [
        (MerError("a sentence"), 1, "mer: a sentence"),
        (OSError(28, "No space left on device", "/some/file"), 1, "/some/file: No space left"),
        (KeyboardInterrupt(), 130, "--resume"),
    ],
)
def test_errors_end_in_a_line(capsys, monkeypatch, error, code, words):
    class Fake:
        def __init__(self, *unused):
            raise error

    monkeypatch.setattr("mer.study.runner.Study", Fake)
    found, _, err = run(capsys, "study")
    assert found == code and words in err and "Traceback" not in err


def test_a_package_that_is_not_installed_is_named(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "mer.study.runner", None)
    with pytest.raises(ModuleNotFoundError):  # a part of mer that is not there is a defect
        run(capsys, "study")

    class Fake:
        def __init__(self, *unused):
            import no_such_package  # noqa: F401

    monkeypatch.setitem(sys.modules, "mer.study.runner", SimpleNamespace(Study=Fake))
    code, _, err = run(capsys, "study")
    assert code == 1 and "no_such_package is not installed" in err and "`mer doctor`" in err


def test_study_without_a_checkout_says_where_the_notebooks_are(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "REPOSITORY", None)
    for where in ([], ["--run-dir", tmp_path / "run"]):
        code, _, err = run(capsys, "study", "--profile", "smoke", *where)
        assert code == 1 and "installed without the notebooks. Clone the repository" in err
    assert not (tmp_path / "run").exists()


def test_the_console_command_is_called_mer(capsys):
    with pytest.raises(SystemExit):
        cli.main(["study", "--help"])
    assert capsys.readouterr().out.startswith("usage: mer study")


def test_compare_exit_codes(capsys, tmp_path):
    for name, value in (("a", 0.5), ("b", 0.9)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "metrics.json").write_text(json.dumps([asdict(record(value))]))
    a, b = tmp_path / "a", tmp_path / "b"
    code, out, _ = run(capsys, "compare", a, a / "metrics.json", "--exact")
    assert code == 0 and "all 1 records agree" in out
    code, out, _ = run(capsys, "compare", a, b)
    assert code == 1 and "1 of 1 records differ" in out
    code, _, err = run(capsys, "compare", a, tmp_path / "c")
    assert code == 1 and "cannot be read" in err


def test_people_are_built_and_checked(capsys, monkeypatch, tmp_path):
    from mer import people

    built = []
    monkeypatch.setattr(
        people,
        "build",
        lambda root, selection, seed, progress: built.append((root, selection, seed)),
    )
    monkeypatch.setenv("MER_SYNTHETIC", str(tmp_path))
    code, said, _ = run(capsys, "people", "--profile", "smoke", "--seed", 2)
    assert code == 0 and "all files checked" in said
    assert built == [(tmp_path, PROFILES["smoke"].people, 2)]


def test_fetch_passes_the_origin_on(capsys, monkeypatch):
    calls = []
    monkeypatch.setattr("mer.datasets.fetch.fetch_megc2019", lambda *origin: calls.append(origin))
    assert run(capsys, "fetch", "megc2019")[0] == 0
    assert run(capsys, "fetch", "megc2019", "--from", "here")[0] == 0
    assert calls == [(), ("here",)]


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit) as ended:
        run(capsys, "--version")
    assert ended.value.code == 0 and capsys.readouterr().out == f"mer {mer.__version__}\n"


def test_help_names_every_source_and_every_profile(capsys):
    with pytest.raises(SystemExit):
        run(capsys, "study", "--help")
    text = capsys.readouterr().out
    assert [name for name in (*SOURCES, *PROFILES) if name not in text] == []


def test_doctor_gives_its_exit_code(capsys, monkeypatch):
    import types

    fake = types.SimpleNamespace(doctor=lambda: seen.pop())
    monkeypatch.setitem(sys.modules, "mer.study.doctor", fake)
    seen = [("all is well\n", True), ("torch is missing\n", False)]
    assert run(capsys, "doctor") == (1, "torch is missing\n", "")
    assert run(capsys, "doctor") == (0, "all is well\n", "")


def test_a_scheduler_has_to_answer_before_anything_is_run(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(parallel, "PATIENCE", 1)
    monkeypatch.delenv(environment.CLUSTER, raising=False)
    nobody = "tcp://127.0.0.1:9"
    code, _, err = run(capsys, "study", "--run-dir", str(tmp_path / "run"), "--cluster", nobody)
    assert code == 1 and f"no scheduler answers at {nobody!r}" in err
    assert not (tmp_path / "run").exists() and environment.cluster() is None


@pytest.mark.slow
def test_the_kernels_are_told_of_the_cluster(capsys, scheduler, tmp_path, monkeypatch):
    seen = []
    monkeypatch.setenv(environment.CLUSTER, "")
    monkeypatch.setattr(
        "mer.study.runner.Study.run", lambda study: seen.append(environment.cluster())
    )
    code, *_ = run(capsys, "study", "--run-dir", str(tmp_path), "--cluster", scheduler)
    assert code == 0 and seen == [scheduler]
