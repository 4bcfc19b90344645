"""One run of the study: its parameters, its folder, and what its notebooks leave there."""

from __future__ import annotations

import base64
from dataclasses import asdict, replace
from functools import cached_property, wraps
from html import escape
from pathlib import Path

from mer.core import environment
from mer.core.errors import MerError
from mer.core.files import atomic, write_json
from mer.datasets import SOURCES, Source, open_source
from mer.evaluation.records import Record
from mer.study.alt import described
from mer.study.profiles import profile as find_profile

# Who writes an artefact: the answer to "where does this file come from?".
WRITERS = {
    "index.csv": "01_data_cleanup",
    "pairs": "02_apex_extraction",
    "flow": "03_optical_flow",
    "scores/05_apex_cnn.csv": "05_apex_cnn",
    "scores/06_flow_cnn.csv": "06_flow_cnn",
    "scores/07_ensemble.csv": "07_ensemble",
}


class Run:
    """What a notebook knows of its run, made from the four parameters of every notebook.

    Parameters
    ----------
    notebook : str
        Its name, as in "06_flow_cnn".
    source, profile, seed
        The data, how large the run is, and the seed; an unknown source or profile raises
        `MerError`.
    run_dir : path
        The folder of the run, where notebooks leave what others read.

    Examples
    --------
    >>> from mer import Run
    >>> run = Run("06_flow_cnn", "synthetic", "quick", 0, "report")
    >>> run.path("index.csv").as_posix(), run.profile.size
    ('report/index.csv', 40)
    """

    def __init__(self, notebook: str, source: str, profile: str, seed: int, run_dir: str | Path):
        if source not in SOURCES:
            raise MerError(f"unknown source {source!r}; choose one of {', '.join(SOURCES)}")
        self.notebook = notebook
        self.source_name = source
        self.profile = find_profile(profile)
        self.seed = int(seed)
        self.dir = Path(run_dir)

    @cached_property
    def source(self) -> Source:
        """The opened source; a missing one says where it was looked for."""
        return open_source(self.source_name, profile=self.profile.name, seed=self.seed)

    @property
    def quiet(self) -> bool:
        """True in a batch run, where progress bars would only fill the report."""
        return environment.batch()

    def path(self, name: str) -> Path:
        """Where this run keeps `name` (not checked)."""
        return self.dir / name

    def needs(self, name: str) -> Path:
        """Path of an artefact that an earlier notebook wrote; says which one if it is missing."""
        path = self.path(name)
        if not path.exists():
            raise MerError(
                f"{path} is missing: run notebook {WRITERS[name]} first, "
                "or the whole study with `mer study`"
            )
        return path

    def figure(self, figure, name: str, alt: str | None = None) -> None:
        """Show a figure, and keep it as figures/<notebook>-<name>.png.

        `alt` says what it shows to who does not see it; without one its titles, axes and legend
        say it.
        """
        alt = alt or described(figure)
        path = self.path(f"figures/{self.notebook}-{name}.png")
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Description": alt})
        _show(figure, alt)

    def play(self, draw, name: str, **controls) -> None:
        """A figure to play with: `draw` again whenever a control is moved.

        In a batch run there is nobody to move one: the figure of its defaults is kept, as `figure`
        does it. Live, each control is an ipywidget or what `ipywidgets.interact` makes one of
        (`people=(5, 100, 5)` is a slider) and begins at the default of `draw`.
        """
        if self.quiet:
            self.figure(draw(), name)
            return
        from ipywidgets import interact

        @wraps(draw)
        def shown(**chosen):
            figure = draw(**chosen)
            _show(figure, described(figure))

        interact(shown, **controls)

    def clip(self, frames: list, name: str, milliseconds: int = 80, alt: str | None = None):
        """Keep pictures (H, W, 3) uint8, blue-green-red, as figures/<notebook>-<name>.gif, an
        endless clip, and give it back for display. `alt` as for `figure`."""
        from IPython.display import HTML
        from PIL import Image

        path = self.path(f"figures/{self.notebook}-{name}.gif")
        first, *rest = (Image.fromarray(frame[..., ::-1]).quantize(128) for frame in frames)
        with atomic(path) as draft:
            first.save(draft, save_all=True, append_images=rest, duration=milliseconds, loop=0)
        code = base64.b64encode(path.read_bytes()).decode()
        alt = alt or f"Clip of {len(frames)} pictures: {name.replace('-', ' ')}"
        return HTML(f'<img src="data:image/gif;base64,{code}" alt="{escape(alt)}">')

    def save_metrics(self, found: list[Record]) -> None:
        """Write metrics/<notebook>.json: the headline numbers of this notebook.

        The notebook is filled in here, and the source where a record names none of its own.
        """
        rows = [
            asdict(
                replace(record, notebook=self.notebook, source=record.source or self.source_name)
            )
            for record in found
        ]
        write_json(self.path(f"metrics/{self.notebook}.json"), rows)


def _show(figure, alt: str) -> None:
    import matplotlib.pyplot as plt
    from IPython.display import display

    display(figure, metadata={"image/png": {"alt": alt}})
    plt.close(figure)  # or it is shown once more when the cell ends
