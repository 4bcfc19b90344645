"""Notebooks that are executed, and what they say."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
_PICTURE = re.compile(r"data:[\w/+.-]+;base64,[\w+/=]+")  # within HTML


def said(notebook) -> str:
    """All that an executed notebook shows as text: its cells, and the texts of their outputs.

    Pictures are left out: their base64 may spell anything, the name of a folder too.
    """
    parts = [json.dumps(notebook.metadata)]
    for cell in notebook.cells:
        parts += [cell.source, json.dumps(cell.metadata)]
        for output in cell.get("outputs", []):
            parts += [output.get("text", ""), *output.get("traceback", [])]
            parts += [output.get(name, "") for name in ("ename", "evalue")]
            for kind, content in output.get("data", {}).items():
                if kind.startswith("text/"):
                    parts.append(_PICTURE.sub("", content))
                elif kind.endswith("json"):
                    parts.append(json.dumps(content))
    return "\n".join(parts)


def smoke_study(folder: Path, *arguments: str, **environment: str) -> Path:
    """Run `mer study --profile smoke` into folder/run, as a user would; on one core, because
    starting workers takes longer than what so small a study would give them to do."""
    command = [sys.executable, "-m", "mer", "study", "--profile", "smoke"]
    done = subprocess.run(
        [*command, "--run-dir", str(folder / "run"), *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "LOKY_MAX_CPU_COUNT": "1", **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return folder / "run"
