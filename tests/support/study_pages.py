"""Books of tiny notebooks."""

import nbformat
from nbformat import v4 as new

from mer.study.book.overview import write_book

NAMES = ("00_first", "01_second")


def entry(name, status="done", **more):
    """What provenance.json says of a notebook."""
    return {
        "name": name,
        "title": name,
        "question": "",
        "reason": "",
        "status": status,
        "seconds": 600.0,
        **more,
    }


def made_book(folder, records=(), *entries, profile="quick", cells=()):
    """The pages index.html and numbers.html of a run in `folder`, made without a fault; each of
    its notebooks has a title and `cells`."""
    entries = entries or [entry(name) for name in NAMES]
    (folder / "notebooks").mkdir(parents=True, exist_ok=True)
    for one in entries:
        title = new.new_markdown_cell(f"# Title of {one['name']}\n\nwords")
        language = {"name": "python", "pygments_lexer": "ipython3"}
        notebook = new.new_notebook(cells=[title, *cells], metadata={"language_info": language})
        nbformat.write(notebook, folder / f"notebooks/{one['name']}.ipynb")
    record = {
        "parameters": {"source": "casme2", "profile": profile, "seed": 1},
        "commit": None,
        "dirty": None,
        "written": "2030-02-03T04:05:06+00:00",
        "seconds": 600.0,
        "python": "3",
        "packages": {},
        "machine": {"processor": "p", "cores": 2, "accelerator": None},
        "notebooks": list(entries),
    }
    faults = write_book(folder, record, list(records))
    assert faults == "", faults
    return [(folder / f"html/{page}.html").read_text() for page in ("index", "numbers")]
