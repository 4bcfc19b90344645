"""The clock of a notebook: all attempts together, also that of a killed run."""

import json
import subprocess
import sys
import time

import pytest

from mer.study.clock import Clock


def test_seconds_of_an_interrupted_attempt_are_kept(tmp_path):
    note = tmp_path / "state/a.spent"
    with pytest.raises(KeyboardInterrupt), Clock(note, "x"):
        time.sleep(0.05)
        raise KeyboardInterrupt
    again = Clock(note, "x")
    assert again.seconds >= 0.05
    with again:
        time.sleep(0.05)
    assert 0.1 <= again.seconds == json.loads(note.read_text())["seconds"]
    again.forget()
    assert not note.exists() and Clock(note, "x").seconds == 0


def test_a_killed_run_leaves_its_last_note(tmp_path):
    clock = Clock(tmp_path / "a.spent", "x", every=0.01)
    with clock:
        deadline = time.monotonic() + 20
        while Clock(clock.path, "x").seconds == 0 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert Clock(clock.path, "x").seconds > 0  # as another process would find it


def test_cpu_seconds_are_those_of_processes_that_were_begun_meanwhile(tmp_path):
    burn = "import time\nwhile time.process_time() < 0.4: pass\nprint()\ntime.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", burn], stdout=subprocess.PIPE) as other:
        other.stdout.readline()  # what was spent before counts for nothing
        clock = Clock(tmp_path / "a.spent", "x", every=0.01)
        with clock, subprocess.Popen([sys.executable, "-c", burn], stdout=subprocess.PIPE) as own:
            own.stdout.readline()
            time.sleep(0.1)  # it has been looked at, and then it is gone
            own.kill()
        other.kill()
    assert 0.35 < clock.cpu_seconds < 0.8
    assert Clock(clock.path, "x").cpu_seconds == clock.cpu_seconds


@pytest.mark.parametrize("note", ['{"fingerprint": "y", "seconds": 9}', "{", "[]", "{}"])
def test_another_notebook_or_a_damaged_note_counts_for_nothing(tmp_path, note):
    path = tmp_path / "a.spent"
    path.write_text(note)
    assert Clock(path, "x").seconds == 0
