"""The notebook of the ethics lesson, executed on a run: what the guide expects of the audit."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from mer.study.execution import anonymise, execute

AUDIT = "who_is_misread"
READS = "scores/06_flow_cnn.csv"
RESULT = "result"  # tag of the cells whose output is the lesson's


def results(notebook: Path, run: Path) -> str | None:
    """What the cells tagged `result` print and draw on a finished run, as Markdown; None where the
    run kept no scores, as the committed reference did not."""
    if not (run / READS).is_file():
        return None
    parameters = json.loads((run / "run.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        made = execute(
            notebook,
            scratch / notebook.name,
            {**parameters, "run_dir": str(run.resolve())},
            scratch,
            {},
        )
    anonymise(made)
    return "\n\n".join(said for cell in made.cells for said in _said(cell))


def _said(cell):
    if RESULT not in cell.metadata.get("tags", ()):
        return
    for output in cell.outputs:
        if output.output_type == "stream":
            yield "\n".join(f"* {line}" for line in output.text.strip().splitlines())
        elif "image/png" in output.get("data", {}):
            code = output.data["image/png"].replace("\n", "")
            yield (
                '<img alt="UAR of each group, and the differences with their intervals" '
                f'src="data:image/png;base64,{code}">'
            )
