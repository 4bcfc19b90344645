"""What executed notebooks say."""

import json
import re

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
