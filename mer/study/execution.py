"""Execute one notebook with papermill, in a kernel of this very interpreter."""

from __future__ import annotations

import ast
import hashlib
import json
import logging
import os
import re
import sys
from pathlib import Path

from mer.core import environment as variables
from mer.core import paths
from mer.core.errors import MerError

PARAMETERS = ("source", "profile", "seed", "run_dir")
_SHOWN_LINES = 4  # of a failing cell, and of what a dead kernel said
_SHOWN_ERROR = 1500  # characters of its error
_COPY = "Executed copy: "


class NotebookFailed(MerError):
    """A cell raised; the text names the notebook, the cell and the error."""

    @property
    def reason(self) -> str:
        """The text without the path of the executed copy."""
        return str(self).split(f"\n{_COPY}")[0]


def read_notebook(path: Path):
    """The notebook at `path`; missing or damaged: `MerError`."""
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError) as error:
        raise MerError(
            f"{path}: not a readable notebook ({str(error)[:200]}). Restore it from the repository."
        ) from error


def check_parameters(path: Path) -> int:
    """Number of cells of the notebook at `path`, once its parameters are found to be right.

    There must be one cell tagged `parameters` that gives plain literals to exactly the names in
    `PARAMETERS`; papermill itself would only warn.
    """
    cells = read_notebook(path).cells
    tagged = [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        raise MerError(
            f"{path.name}: {len(tagged)} cells are tagged `parameters`. Tag exactly one."
        )
    names = _literal_names(tagged[0].source, path)
    missing, unknown = set(PARAMETERS) - set(names), set(names) - set(PARAMETERS)
    if missing or unknown:
        raise MerError(
            f"{path.name}, cell tagged `parameters`: "
            f"missing: {', '.join(sorted(missing)) or 'none'}; "
            f"unknown: {', '.join(sorted(unknown)) or 'none'}. "
            f"Every notebook takes exactly {', '.join(PARAMETERS)}."
        )
    return len(cells)


def _literal_names(code: str, path: Path) -> list[str]:
    names = []
    try:
        for line in ast.parse(code).body:
            (target,) = line.targets
            ast.literal_eval(line.value)
            names.append(target.id)
    except (SyntaxError, ValueError, AttributeError) as error:
        raise MerError(
            f"{path.name}, cell tagged `parameters`: only lines such as "
            "`seed = 0` may stand here, a name and a plain value."
        ) from error
    return names


def source_hash(path: Path) -> str:
    """Hash of the notebook's cells, their outputs left out."""
    cells = [
        (cell.cell_type, cell.source, cell.metadata.get("tags", []))
        for cell in read_notebook(path).cells
    ]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


# A path that leaves the checkout, as seen from the folder of the notebooks; its name is caught.
_OUTSIDE = re.compile(r"(?:\.\./){2,}(?:[^\s/'\"<>()]+/)*([^\s/'\"<>()]*)")


def anonymous(text: str) -> str:
    """`text` without this machine's paths: of the repository, of the packages, of the home, and
    those that lead out of the checkout step by step."""
    packages = (paths.PACKAGE.parent, Path(sys.prefix), Path(sys.base_prefix))
    places = {**dict.fromkeys(packages, ""), Path.home(): "~/"}
    # The deepest first: an environment may lie in the checkout, and that in the home.
    for place, instead in sorted(places.items(), key=lambda one: -len(one[0].parts)):
        if len(place.parts) > 2:  # "/usr/" says nothing of a machine
            text = text.replace(f"{place}{os.sep}", instead)
    return _OUTSIDE.sub(r"…/\1", text)


def anonymise(notebook) -> None:
    """Take this machine's paths out of an executed notebook: of its outputs, and of the
    parameters that it was given."""
    given = notebook.metadata.get("papermill", {}).get("parameters", {})
    given.update({name: anonymous(v) for name, v in given.items() if isinstance(v, str)})
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = anonymous(cell.source)
        for output in cell.get("outputs", []):
            if "text" in output:
                output["text"] = anonymous(output["text"])
            data = output.get("data", {})
            for kind in data:
                if kind.startswith("text/") and isinstance(data[kind], str):
                    data[kind] = anonymous(data[kind])


def execute(
    notebook: Path,
    draft: Path,
    parameters: dict,
    scratch: Path,
    environment: dict,
    on_cell=lambda index: None,
    keep_open: tuple[int, ...] = (),
):
    """Run `notebook` cell by cell; `draft` is rewritten after each, so it can be read meanwhile.

    The kernel works in the notebook's folder, with `environment` added to this process's own,
    and its private files in `scratch`. `on_cell(index)` is called as each cell begins, and the
    file descriptors `keep_open` are inherited by the kernel. Returns the executed notebook;
    raises `NotebookFailed`.
    """
    import papermill
    from papermill.exceptions import PapermillExecutionError

    logging.getLogger("papermill").setLevel(logging.WARNING)  # who called says what is run
    _register_engine()
    draft.parent.mkdir(parents=True, exist_ok=True)
    scratch.mkdir(parents=True, exist_ok=True)
    log = scratch / "kernel.log"  # what the kernel says outside of cells
    at = [0]

    def began(cell, cell_index):
        at[0] = cell_index
        on_cell(cell_index)

    try:
        with open(log, "wb") as heard:
            return papermill.execute_notebook(
                _literal_path(notebook),
                _literal_path(draft),
                parameters,
                engine_name="mer",
                kernel_name="python3",
                language="python",
                progress_bar=False,
                on_cell_start=began,
                launch={
                    "env": _environment(scratch, environment),
                    "cwd": str(notebook.parent),
                    "pass_fds": keep_open,
                    "stdout": heard,
                    "stderr": heard,
                },
            )
    except PapermillExecutionError as error:
        raise NotebookFailed(_story(notebook, draft, error)) from error
    except RuntimeError as error:  # what nbclient raises for a kernel that died
        raise NotebookFailed(
            f"{notebook.stem} failed in cell {_source_number(notebook, at[0])}: {error}. If "
            "memory ran out, close other programs or take a smaller --profile.\n"
            f"{_last_words(log)}{_COPY}{draft}"
        ) from error
    except OSError as error:
        raise MerError(
            f"{notebook.stem}: {draft} cannot be written ({error.strerror or error}). "
            "Make room on the disk or choose another --run-dir."
        ) from error


def _literal_path(path: Path) -> str:
    """Papermill fills braces in paths; a folder may have some in its name."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _environment(scratch: Path, extra: dict) -> dict:
    """What a kernel sees: the user's environment, without what changes results or pictures.

    The package comes from where this process has it; figures are drawn inline whatever
    MPLBACKEND says; the user's IPython start-up files stay out; sets iterate in one order.
    """
    here, others = str(paths.PACKAGE.parent), os.environ.get("PYTHONPATH")
    search = f"{here}{os.pathsep}{others}" if others else here
    return {
        **os.environ,
        "PYTHONPATH": search,
        "PYTHONHASHSEED": "0",
        variables.BATCH: "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "IPYTHONDIR": str(scratch / "ipython"),
        **extra,
    }


def _register_engine() -> None:
    """Teach papermill to start the running interpreter, whatever kernels the user has."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import NBClientEngine, papermill_engines

    class OwnKernel(AsyncKernelManager):
        kernel_spec = KernelSpec(
            argv=[
                sys.executable,
                "-m",
                "ipykernel_launcher",
                "-f",
                "{connection_file}",
                "--log-level=ERROR",
            ],
            display_name="Python 3 (ipykernel)",
            language="python",
        )

    class Engine(NBClientEngine):
        @classmethod
        def execute_managed_notebook(cls, nb_man, kernel_name, launch, on_cell_start, **unused):
            client = PapermillNotebookClient(
                nb_man,
                kernel_name=kernel_name,
                kernel_manager_class=OwnKernel,
                on_cell_start=on_cell_start,
                timeout=None,
                log=logging.getLogger("papermill"),
            )
            client.execute(**launch)

    papermill_engines.register("mer", Engine)


def _story(notebook: Path, draft: Path, error) -> str:
    """A failing cell in a few lines: where, what it began with, what it raised."""
    from papermill.exceptions import strip_color

    lines = error.source.strip().splitlines()
    code = "\n".join(f"    {line}" for line in lines[:_SHOWN_LINES])
    more = "\n    …" if len(lines) > _SHOWN_LINES else ""
    raised = strip_color(f"{error.ename}: {error.evalue}".strip(": "))
    raised = raised[:_SHOWN_ERROR] + ("…" if len(raised) > _SHOWN_ERROR else "")
    number = _source_number(notebook, error.cell_index)
    return (
        f"{notebook.stem} failed in cell {number} (In [{error.exec_count}]):\n{code}{more}\n"
        f"{raised}\n{_COPY}{draft}"
    )


def _last_words(log: Path) -> str:
    """The end of what a kernel said before it died."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_SHOWN_LINES:]
    return "".join(f"    {line[:200]}\n" for line in lines)


def _source_number(notebook: Path, index: int) -> str:
    """`index` in the executed copy (which has one injected cell more) as "cell 3 of 20"."""
    cells = read_notebook(notebook).cells
    tagged = [i for i, c in enumerate(cells) if "parameters" in c.metadata.get("tags", [])]
    return f"{index + 1 - (index > tagged[0])} of {len(cells)}"
