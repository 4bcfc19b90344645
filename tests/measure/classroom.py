"""What one student costs: memory and time on one core, into reports/classroom.json and the guide.

    PYTHONPATH=tests python -m measure.classroom

Runs, each pinned to one core and each once: a JupyterLab that nobody has opened anything in, one
notebook of exercises with its solutions, and the whole study in `smoke`, on people that were
rendered beforehand. What a quick run takes is read from the provenance of one. `--text` only writes
the guide anew from the numbers that are there. Seconds in the guide are those of the processor,
which others on the machine change little.
"""

import argparse
import contextlib
import json
import os
import resource
import socket
import sys
import tempfile
import time
from pathlib import Path

import psutil

from mer.core.files import write_json, write_text
from mer.study.provenance import machine, now

CHECKOUT = Path(__file__).resolve().parents[2]
KEPT = CHECKOUT / "reports/classroom.json"
GUIDE = CHECKOUT / "notebooks/course/guide.md"
BEGIN, END = "<!-- a class: written by measure.classroom -->", "<!-- end of a class -->"
CLASS = 30
_EVERY = 0.2  # seconds between two looks at the memory


def memory(process):
    """Megabytes of a process and its children; what they share counts once."""
    total = 0
    for one in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            total += one.memory_full_info().pss
    return total / 1e6


def processor_seconds():
    """What all children that have ended, and theirs, have spent so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def watch(command, folder, until=None, **variables):
    """Seconds, those of the processor, and the most megabytes, of a command on one core; with
    `until` it is ended once that says so."""
    begun, spent, most = time.monotonic(), processor_seconds(), 0.0
    core = min(os.sched_getaffinity(0))
    with open(folder / "said.log", "ab") as heard:
        process = psutil.Popen(
            [sys.executable, *map(str, command)],
            cwd=CHECKOUT,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT), "OMP_NUM_THREADS": "1", **variables},
            stdout=heard,
            stderr=heard,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
        while process.poll() is None:
            most = max(most, memory(process))
            if until and until():
                process.terminate()
                process.wait()
                break
            time.sleep(_EVERY)
    if process.returncode and not until:
        sys.exit(f"{' '.join(map(str, command))}\n{(folder / 'said.log').read_text()[-3000:]}")
    return {
        "seconds": round(time.monotonic() - begun, 1),
        "cpu_seconds": round(processor_seconds() - spent, 1),
        "megabytes": round(most),
    }


def empty_lab(folder):
    """A JupyterLab that answers, ten seconds long."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--no-browser", "--allow-root", f"--ServerApp.port={port}", "--ServerApp.token="]
    until = time.monotonic() + 10
    variables = {"JUPYTER_CONFIG_DIR": str(folder), "JUPYTER_RUNTIME_DIR": str(folder)}
    lab = ["-m", "jupyterlab", *options]
    return watch(lab, folder, until=lambda: time.monotonic() > until, **variables)["megabytes"]


def measure(folder, quick):
    """All numbers; `quick` is a finished run."""
    study = [
        *["-m", "mer", "study", "--source", "synthetic", "--profile", "smoke", "--run-dir"],
        folder / "run",
    ]
    exercise = CHECKOUT / "notebooks/solutions/05_apex_cnn.ipynb"
    execute = ["-m", "nbconvert", "--to", "notebook", "--execute", "--output-dir", folder, exercise]
    rendered = watch(["-m", "mer", "people", "--profile", "smoke"], folder)
    provenance = json.loads((quick / "provenance.json").read_text(encoding="utf-8"))
    return {
        "measured": now(),
        "machine": machine(),
        "lab_megabytes": empty_lab(folder),
        "exercise": {"notebook": exercise.stem, **watch(execute, folder)},
        "rendering": rendered,
        "smoke": watch(study, folder),
        "quick": {
            "seconds": provenance["seconds"],
            "cores": provenance["machine"]["cores"],
            "written": provenance["written"],
        },
    }


def text(found):
    """The paragraph of the guide."""
    lab, exercise, smoke = found["lab_megabytes"], found["exercise"], found["smoke"]
    quick, core = found["quick"], found["machine"]["processor"]
    together = CLASS * (lab + exercise["megabytes"]) / 1000
    at_most = quick["seconds"] * quick["cores"] / 60
    return (
        f"*Measured* on {found['measured'][:10]}, on one core of a machine with {core}, each once; "
        f"times are those of the processor. An empty JupyterLab holds {lab} MB. A notebook of "
        f"exercises ({exercise['notebook']}, from top to bottom, with its kernel's start) takes "
        f"{exercise['cpu_seconds']:.0f} s and at most {exercise['megabytes']} MB more: "
        f"{together:.1f} GB for {CLASS} students at once. The whole study in `smoke`, on people "
        f"rendered beforehand, takes {smoke['cpu_seconds'] / 60:.1f} minutes and "
        f"{smoke['megabytes']} MB; to render these people takes "
        f"{found['rendering']['cpu_seconds']:.0f} s, once for all. A `quick` run took "
        f"{quick['seconds'] / 60:.0f} minutes on {quick['cores']} cores, so at most {at_most:.0f} "
        f"on one; its memory was not measured."
    )


def with_text(guide, made):
    """The guide with another paragraph between its two comments."""
    before, begin, rest = guide.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        sys.exit(f"guide.md: the lines {BEGIN} and {END} are missing. Restore them.")
    return f"{before}{BEGIN}\n{made}\n{END}{after}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", type=Path, default=CHECKOUT / "reports/synthetic-quick-seed0")
    parser.add_argument("--text", action="store_true", help="measure nothing, write the guide")
    options = parser.parse_args()
    if not options.text:
        with tempfile.TemporaryDirectory() as folder:
            write_json(KEPT, measure(Path(folder), options.quick))
    found = json.loads(KEPT.read_text(encoding="utf-8"))
    write_text(GUIDE, with_text(GUIDE.read_text(encoding="utf-8"), text(found)))
    print(text(found))


if __name__ == "__main__":
    main()
