"""Going on after an interruption: what is kept, what is redone, whose folder it is."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from support.tiny_study import TinyData, metrics, ran, tiny_study, write_notebook, write_notebooks

from mer.core.errors import MerError
from mer.core.files import write_json

pytestmark = pytest.mark.slow

ALL = ["00_first", "01_second", "02_third"]
PATIENCE = 120  # seconds: a busy machine takes long to start a kernel
TINY = Path(__file__).parents[1] / "support/tiny_study.py"


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished run, as it was left."""
    base = tmp_path_factory.mktemp("finished")
    write_notebooks(base / "notebooks")
    tiny_study(base).run()
    return base


@pytest.fixture
def base(finished, tmp_path):
    """A copy of the finished run, to be spoilt."""
    import shutil

    shutil.copytree(finished, tmp_path / "base")
    return tmp_path / "base"


def to_do(base, **options):
    study = tiny_study(base, resume=True, **options)
    return study.plan.to_do(ALL, study.run_folder, resume=True)


def append(path, code):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(code))
    nbformat.write(notebook, path)


# --- what is redone --------------------------------------------------------------------------


def test_nothing_is_redone_when_nothing_changed(base):
    before = (base / "run/metrics.json").read_bytes()
    tiny_study(base, resume=True).run()
    assert ran(base) == ALL
    assert (base / "run/metrics.json").read_bytes() == before


def test_changed_notebook_and_its_followers_are_redone(base):
    append(base / "notebooks/01_second.ipynb", "1 + 1")
    tiny_study(base, resume=True).run()
    assert ran(base) == [*ALL, "01_second", "02_third"]
    assert to_do(base) == []


def test_seconds_are_those_of_all_attempts(tmp_path):
    write_notebooks(tmp_path / "notebooks")
    study = tiny_study(tmp_path)
    study.run_folder.path.mkdir(parents=True)
    study.run_folder.claim()
    note = study.run_folder / "state/00_first.spent"
    spent = {"seconds": 1000.0, "cpu_seconds": 2000.0}
    write_json(note, {"fingerprint": study.plan.fingerprint("00_first"), **spent})
    study.run()
    for counted, before in spent.items():
        found = {entry["name"]: entry[counted] for entry in study.entries()}
        assert found["00_first"] >= before > found["01_second"]
    assert not note.exists()


def test_outputs_and_run_counts_are_not_the_notebook(base):
    path = base / "notebooks/01_second.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].execution_count = 7
    nbformat.write(notebook, path)
    assert to_do(base) == []


def test_changed_package_redoes_everything(base):
    assert to_do(base) == []
    assert to_do(base, code=lambda: "another") == ALL


def test_changed_data_redoes_everything(base):
    assert to_do(base, data=TinyData(fingerprint="one file more")) == ALL


@pytest.mark.parametrize("spoil", ["notebooks/01_second.ipynb", "metrics/01_second.json"])
def test_spoilt_output_is_redone(base, spoil):
    (base / "run" / spoil).write_text("{}")
    assert to_do(base) == ["01_second", "02_third"]


@pytest.mark.parametrize(
    "lost", ["01_second.txt", "metrics/01_second.json", "state/01_second.json"]
)
def test_lost_output_is_redone(base, lost):
    (base / "run" / lost).unlink()
    assert to_do(base) == ["01_second", "02_third"]


def test_redone_notebook_leaves_nothing_of_before(base):
    write_notebook(base / "notebooks", "01_second", "raise SystemError('no')")
    with pytest.raises(MerError):
        tiny_study(base, resume=True).run()
    assert not (base / "run/01_second.txt").exists()
    assert not (base / "run/html/02_third.html").exists()
    assert [record["notebook"] for record in metrics(base)] == ["00_first"]


def test_chosen_notebook_is_done_afresh_unless_resumed(base):
    study = tiny_study(base, only=["01"])
    assert study.plan.to_do(study.plan.wanted, study.run_folder, False) == ["01_second"]
    assert study.plan.to_do(study.plan.wanted, study.run_folder, True) == []


# --- whose folder it is ----------------------------------------------------------------------


def test_finished_run_is_not_done_twice_by_mistake(base):
    with pytest.raises(MerError, match="already holds this run .3 notebooks.*--resume"):
        tiny_study(base).run()
    assert ran(base) == ALL


@pytest.mark.parametrize("resume", [False, True])
def test_folder_of_another_run(base, resume):
    with pytest.raises(MerError, match="belongs to another run .*seed 0; .*seed 1"):
        tiny_study(base, seed=1, resume=resume).run()


def test_folder_of_something_else(base):
    (base / "photos").mkdir()
    (base / "photos/cat.jpg").write_bytes(b"cat")
    with pytest.raises(MerError, match="not empty and holds no run"):
        tiny_study(base, run_dir=base / "photos").run()
    assert [path.name for path in (base / "photos").iterdir()] == ["cat.jpg"]


def test_run_dir_that_is_a_file(base):
    with pytest.raises(MerError, match="is a file"):
        tiny_study(base, run_dir=base / "log.txt").run()


def test_damaged_run_json(base):
    (base / "run/run.json").write_text("{")
    with pytest.raises(MerError, match="run.json: cannot be read.*--run-dir"):
        tiny_study(base, resume=True).run()


def test_two_runs_in_one_folder(base):
    said = f"in use by process {os.getpid()}"
    with tiny_study(base).run_folder.lock(), pytest.raises(MerError, match=said):
        tiny_study(base, resume=True).run()
    tiny_study(base, resume=True).run()  # free again


def test_lock_of_a_dead_process_is_taken_over(base):
    (base / "run/.lock").write_text("999999999")
    append(base / "notebooks/02_third.ipynb", "1")
    tiny_study(base, resume=True).run()
    assert ran(base) == [*ALL, "02_third"]


# --- killed and interrupted ------------------------------------------------------------------


def start(base, *arguments):
    """The command line in a process of its own, held in notebook 01."""
    (base / "hold-01_second").touch()
    process = subprocess.Popen(
        [
            sys.executable,
            TINY,
            base / "notebooks",
            "study",
            "--profile",
            "smoke",
            "--run-dir",
            base / "run",
            *arguments,
        ],
        stderr=subprocess.PIPE,
        text=True,
        # A shell lets what it runs in the background ignore Ctrl-C, these tests included.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    patience = time.monotonic() + PATIENCE
    while ran(base)[-1:] != ["01_second"]:
        assert process.poll() is None and time.monotonic() < patience, process.stderr.read()
        time.sleep(0.05)
    return process, int((base / "log.txt").read_text().split()[-1])


def gone(pid, seconds):
    """Whether process `pid` ends within `seconds`."""
    patience = time.monotonic() + seconds
    while time.monotonic() < patience:
        try:
            os.kill(pid, 0)
            with open(f"/proc/{pid}/stat") as file:
                if file.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_killed_run_is_finished_by_resume(tmp_path, finished):
    write_notebooks(tmp_path / "notebooks")
    process, kernel = start(tmp_path)
    process.kill()
    process.communicate()
    (tmp_path / "run/metrics/01_second.json").write_text('[{"half": ')  # cut while writing
    (tmp_path / "run/notebooks/01_second.ipynb").write_text('{"cells"')
    with tiny_study(tmp_path).run_folder.lock():  # given only once the orphan is gone
        assert gone(kernel, 0.1)
    (tmp_path / "hold-01_second").unlink()
    tiny_study(tmp_path, resume=True).run()
    assert metrics(tmp_path) == metrics(finished)
    assert ran(tmp_path) == ["00_first", "01_second", "01_second", "02_third"]
    assert not list((tmp_path / "run").rglob("*unfinished*"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_run_says_how_to_go_on(tmp_path, number):
    write_notebooks(tmp_path / "notebooks")
    process, kernel = start(tmp_path)
    process.send_signal(number)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "--resume" in said and "Traceback" not in said
    assert gone(kernel, PATIENCE)
    assert [record["notebook"] for record in metrics(tmp_path)] == ["00_first"]
    record = json.loads((tmp_path / "run/provenance.json").read_text())
    assert [entry["status"] for entry in record["notebooks"]][:2] == ["done", "not run"]
