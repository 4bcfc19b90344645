"""What one student costs: memory and time on one core, into reports/classroom.json and the guide.

    PYTHONPATH=tests python -m measure.classroom

Runs, each pinned to one core and each once: a JupyterLab that nobody has opened anything in, one
notebook of exercises with its solutions, and the whole study in `smoke`, on people that were
rendered beforehand. What a quick run takes is read from the provenance of one (`--quick`). `--text`
measures nothing, and writes the guide anew. Seconds in the guide are those of the processor,
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
GUIDES = {"en": "notebooks/course/guide.md", "ko": "notebooks/course/guide.ko.md"}
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
    return {
        "measured": now(),
        "machine": machine(),
        "lab_megabytes": empty_lab(folder),
        "exercise": {"notebook": exercise.stem, **watch(execute, folder)},
        "rendering": rendered,
        "smoke": watch(study, folder),
        "quick": of_run(quick),
    }


def of_run(folder):
    """What a finished run says that it took; the processor's seconds where it counted them."""
    told = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    spent = [entry.get("cpu_seconds") for entry in told["notebooks"] if entry["seconds"]]
    return {
        "seconds": told["seconds"],
        "cpu_seconds": round(sum(spent), 1) if None not in spent else None,
        "cores": told["machine"]["cores"],
        "written": told["written"],
    }


AT_MOST = {"en": " at most", "ko": " 많아야"}
WORDS = {}
WORDS["en"] = (
    "*Measured* on {day}, on one core of a machine with {core}, each once; times are those of the "
    "processor. An empty JupyterLab holds {lab} MB. A notebook of exercises ({name}, from top to "
    "bottom, with its kernel's start) takes {task:.0f} s and at most {held} MB more: "
    "{together:.1f} GB for {number} students at once. The whole study in `smoke`, on people "
    "rendered beforehand, takes {smoke:.1f} minutes and {most} MB; to render these people takes "
    "{render:.0f} s, once for all. A `quick` run took {quick:.0f} minutes on {cores} cores, so "
    "{alone:.0f} on one{at_most}; its memory was not measured."
)
WORDS["ko"] = (
    "*잰 값* ({day}, {core} 컴퓨터의 코어 하나, 한 번씩; 시간은 프로세서 시간): 아무것도 열지 않은 "
    "JupyterLab은 {lab} MB를 씁니다. 연습 노트북 하나({name}, 커널 시작부터 끝까지)는 "
    "{task:.0f}초와 많아야 {held} MB를 더 씁니다. {number}명이 한꺼번에 하면 {together:.1f} "
    "GB입니다. 미리 렌더링한 사람으로 `smoke` 연구 전체는 {smoke:.1f}분과 {most} MB, 그 사람을 "
    "렌더링하는 데에는 모두를 위해 한 번 {render:.0f}초가 듭니다. `quick` 실행은 코어 {cores}개로 "
    "{quick:.0f}분이 걸렸으니 하나로는{at_most} {alone:.0f}분입니다. 그 메모리는 재지 않았습니다."
)


def text(found, language="en"):
    """The paragraph of the guide."""
    lab, exercise, smoke, quick = (
        found[part] for part in ("lab_megabytes", "exercise", "smoke", "quick")
    )
    return WORDS[language].format(
        day=found["measured"][:10],
        core=found["machine"]["processor"],
        lab=lab,
        name=exercise["notebook"],
        task=exercise["cpu_seconds"],
        held=exercise["megabytes"],
        together=CLASS * (lab + exercise["megabytes"]) / 1000,
        number=CLASS,
        smoke=smoke["cpu_seconds"] / 60,
        most=smoke["megabytes"],
        render=found["rendering"]["cpu_seconds"],
        quick=quick["seconds"] / 60,
        cores=quick["cores"],
        alone=(quick["cpu_seconds"] or quick["seconds"] * quick["cores"]) / 60,
        at_most="" if quick["cpu_seconds"] else AT_MOST[language],
    )


def with_text(guide, made):
    """The guide with another paragraph between its two comments."""
    before, begin, rest = guide.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        sys.exit(f"guide: the lines {BEGIN} and {END} are missing. Restore them.")
    return f"{before}{BEGIN}\n{made}\n{END}{after}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", type=Path, help="a finished quick run")
    parser.add_argument("--text", action="store_true", help="measure nothing, write the guide")
    options = parser.parse_args()
    if not options.text:
        quick = options.quick or CHECKOUT / "reports/synthetic-quick-seed0"
        with tempfile.TemporaryDirectory() as folder:
            write_json(KEPT, measure(Path(folder), quick))
    found = json.loads(KEPT.read_text(encoding="utf-8"))
    if options.quick:
        found["quick"] = of_run(options.quick)
        write_json(KEPT, found)
    for language, name in GUIDES.items():
        guide = CHECKOUT / name
        made = with_text(guide.read_text(encoding="utf-8"), text(found, language))
        write_text(guide, made)
        print(text(found, language))


if __name__ == "__main__":
    main()
