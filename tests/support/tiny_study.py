"""A study of tiny notebooks for the tests of the runner; as a program, its command line."""

import functools
import json
import sys
from pathlib import Path

import nbformat

from mer.core.errors import SourceMissing
from mer.study.plan import Notebook
from mer.study.runner import Study

TABLE = (
    Notebook("00_first", sources=("synthetic", "casme2", "megc2019")),
    Notebook("01_second", ("00_first",)),
    Notebook("02_third", ("01_second",)),
    Notebook("10_own", always="megc2019"),
)
CODE = "the package as the tests have it"  # whoever edits it while they run is not noticed
PARAMETERS = 'source = "synthetic"\nprofile = "quick"\nseed = 0\nrun_dir = "run"'

# Notes in a log beside the run directory who ran; leaves an artefact and a metric of its own.
WORK = """
NAME = __NAME__
import json, os, pathlib, sys, time
run = pathlib.Path(run_dir)
with open(run.parent / "log.txt", "a") as log:
    log.write(f"{NAME} {os.getpid()}\\n")
while (run.parent / f"hold-{NAME}").exists():
    time.sleep(0.05)
(run / "metrics").mkdir(exist_ok=True)
(run / f"{NAME}.txt").write_text("made by " + NAME)
records = [{"notebook": NAME, "source": source, "model": "tiny", "protocol": "none",
            "metric": "accuracy", "n": 5, "seeds": 1, "value": seed + 0.5, "low": None,
            "high": None}]
(run / f"metrics/{NAME}.json").write_text(json.dumps(records))
print("python", sys.executable, "batch", os.environ["MER_BATCH"])
print("parameters", json.dumps([source, profile, seed, run_dir]))
"""


class TinyData:
    """Sources that are there, but for those in `missing`."""

    def __init__(self, missing=("megc2019",), fingerprint="as ever"):
        self.missing = missing
        self.value = fingerprint

    def prepare(self, name):
        if name in self.missing:
            raise SourceMissing(f"{name}: no folder anywhere. Fetch it with a spell.")

    def fingerprint(self, name):
        return self.value

    def environment(self, start):
        return {}


def write_notebook(folder: Path, name: str, *codes: str, parameters: str = PARAMETERS) -> Path:
    """A notebook with a title cell, a parameters cell and `codes` (by default `WORK`)."""
    title = f"# Title of {name}\n\n**Question.** What does *{name}* `do`?\n\nMore words."
    tagged = nbformat.v4.new_code_cell(parameters)
    tagged.metadata["tags"] = ["parameters"]
    codes = codes or (WORK.replace("__NAME__", repr(name)),)
    cells = [
        nbformat.v4.new_markdown_cell(title),
        tagged,
        *(nbformat.v4.new_code_cell(code) for code in codes),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {
        "name": "a-kernel-nobody-has",
        "display_name": "?",
        "language": "python",
    }
    for i, cell in enumerate(notebook.cells):
        cell["id"] = f"cell{i}"
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / f"{name}.ipynb")
    return folder / f"{name}.ipynb"


def write_notebooks(folder: Path) -> Path:
    """The notebooks of `TABLE`."""
    for notebook in TABLE:
        write_notebook(folder, notebook.name)
    return folder


def tiny_study(base: Path, source="synthetic", seed=0, data=None, **options) -> Study:
    """A study of the notebooks in base/notebooks, run into base/run unless told otherwise."""
    return Study(
        source,
        "smoke",
        seed,
        **{"run_dir": base / "run", "notebooks": TABLE, "code": lambda: CODE, **options},
        folder=base / "notebooks",
        data=data or TinyData(),
    )


def ran(base: Path) -> list[str]:
    """Names of the notebooks that ran, in order."""
    log = base / "log.txt"
    return [line.split()[0] for line in log.read_text().splitlines()] if log.exists() else []


def metrics(base: Path):
    """The content of metrics.json."""
    return json.loads((base / "run/metrics.json").read_text())


if __name__ == "__main__":
    from mer.__main__ import main
    from mer.study import runner

    runner.Study = functools.partial(
        Study, notebooks=TABLE, folder=Path(sys.argv[1]), data=TinyData(), code=lambda: CODE
    )
    sys.exit(main(sys.argv[2:]))
