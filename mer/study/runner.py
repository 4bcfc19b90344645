"""Run the study: the notebooks in order, each once, and again only when something changed."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tqdm import tqdm

from mer.core import paths
from mer.core.errors import MerError, SourceMissing
from mer.core.files import write_json, write_text
from mer.datasets import SOURCES
from mer.evaluation.records import Record
from mer.study.book.notebooks import title_and_question
from mer.study.book.overview import write_book
from mer.study.clock import Clock
from mer.study.data import Data
from mer.study.execution import (
    NotebookFailed,
    anonymise,
    anonymous,
    check_parameters,
    execute,
    read_notebook,
)
from mer.study.plan import NOTEBOOKS, Plan, package_hash
from mer.study.provenance import code as commit
from mer.study.provenance import now, provenance
from mer.study.run_folder import RunFolder


def default_run_dir(source: str, profile: str, seed: int) -> Path:
    """reports/<source>-<profile>-seed<seed> of the repository."""
    return paths.checkout() / "reports" / f"{source}-{profile}-seed{seed}"


class Study:
    """One run of the study; `run()` does it.

    source, profile, seed   the parameters of every notebook
    run_dir                 where everything is left (None: `default_run_dir`)
    only                    notebooks asked for, "06" or "06_flow_cnn" (empty: all)
    resume                  go on with a folder that already holds a part of this run
    notebooks, folder, data, code   table, place and data of the notebooks, and the fingerprint
                            of the package: replaced by tests
    """

    def __init__(
        self,
        source: str,
        profile: str,
        seed: int,
        run_dir: Path | str | None = None,
        only=(),
        resume: bool = False,
        notebooks=NOTEBOOKS,
        folder: Path | None = None,
        data: Data | None = None,
        code: Callable[[], str] = package_hash,
    ):
        if source not in SOURCES:
            raise MerError(f"unknown source {source!r}; choose one of {', '.join(SOURCES)}")
        self.data = data or Data(profile, seed)
        self.identity = {"source": source, "profile": profile, "seed": seed}
        self.run_folder = RunFolder(
            run_dir or default_run_dir(source, profile, seed), self.identity
        )
        self.resume = resume
        self.folder = Path(folder or paths.checkout() / "notebooks").resolve()
        self.plan = Plan(self.identity, only, notebooks, self.folder, self.data, code)
        self.failed: dict[str, str] = {}
        self.skipped: dict[str, str] = {}

    def run(self) -> None:
        """Execute what is to be done, and leave the report. Errors are `MerError`."""
        cells = {name: check_parameters(self.plan.path(name)) for name in self.plan.wanted}
        self.run_folder.check()
        warning = self.run_folder.check_space()
        if warning:
            _say(warning)
        with self.run_folder.lock() as lock:
            self.run_folder.check()
            self._refuse_finished()
            self.started, self.origin = now(), commit()
            names = self._prepared()
            self.run_folder.claim()
            try:
                self._execute_all(names, cells, lock.fileno())
            except BaseException:
                with suppress(MerError, OSError):  # the first error is the one to tell
                    self.publish()
                raise
            finally:
                shutil.rmtree(self.run_folder / ".kernel", ignore_errors=True)
            self.publish()

    def _refuse_finished(self) -> None:
        finished = self.run_folder.finished()
        if finished and not (self.resume or self.plan.chosen):
            raise MerError(
                f"{self.run_folder.path} already holds this run ({len(finished)} "
                "notebooks finished): add --resume to go on or choose another "
                "--run-dir"
            )

    def _prepared(self) -> list[str]:
        """The wanted notebooks whose source is there, after building or fetching it.

        A notebook with a source of its own is skipped for want of it, unless it was asked for.
        """
        wanted = self.plan.wanted
        for source, lost in self.plan.readers().items():
            try:
                self.data.prepare(source)
            except SourceMissing as missing:
                if source == self.identity["source"] or set(lost) & set(self.plan.chosen):
                    raise
                self.skipped.update(dict.fromkeys(lost, anonymous(str(missing))))
                _say(f"{', '.join(lost)}: skipped. {missing}")
        return [name for name in wanted if name not in self.skipped]

    def _execute_all(self, names: list[str], cells: dict[str, int], lock: int) -> None:
        todo = self.plan.to_do(names, self.run_folder, self.resume)
        kept = [name for name in names if name not in todo]
        if kept:
            _say(f"finished before and unchanged: {', '.join(kept)}")
        upstream = [name for name in todo if self.plan.chosen and name not in self.plan.chosen]
        if upstream:
            _say(f"needed first: {', '.join(upstream)}")
        for name in todo:
            for lost in self.plan.followers(name):
                self.run_folder.forget(lost)
        if not todo:
            return
        with tqdm(
            total=sum(cells[name] + 1 for name in todo),
            unit="cell",
            leave=False,
            dynamic_ncols=True,
            mininterval=0.1 if sys.stderr.isatty() else 30,
        ) as bar:
            for name in todo:
                self._execute(name, cells[name] + 1, bar, lock)

    def _execute(self, name: str, cells: int, bar: tqdm, lock: int) -> None:
        """One notebook; its state is written last. Papermill adds one cell to its `cells`."""
        done, fingerprint = bar.n, self.plan.fingerprint(name)
        draft = self.run_folder / f"notebooks/{name}.unfinished.ipynb"
        before = self.run_folder.artefacts()
        clock = Clock(self.run_folder / f"state/{name}.spent", fingerprint)

        def on_cell(index):
            bar.set_description(f"{name}, cell {index + 1} of {cells}", refresh=sys.stderr.isatty())
            bar.update(done + index - bar.n)

        try:
            with clock:
                notebook = execute(
                    self.plan.path(name),
                    draft,
                    self._parameters(name),
                    self.run_folder / ".kernel",
                    self.data.environment(self.folder),
                    on_cell,
                    (lock,),
                )
        except NotebookFailed as error:
            self.failed[name] = anonymous(error.reason)
            raise
        self._keep(name, notebook, draft)
        spent = {"seconds": round(clock.seconds, 1), "cpu_seconds": round(clock.cpu_seconds, 1)}
        self.run_folder.finish(name, fingerprint, before, **spent, finished=now())
        clock.forget()
        bar.update(done + cells - bar.n)
        _say(f"{name}: done in {spent['seconds']:.0f} s")

    def _parameters(self, name: str) -> dict:
        return {
            **self.identity,
            "source": self.plan.source_of(name),
            "run_dir": _relative(self.run_folder.path, self.folder),
        }

    def _keep(self, name: str, notebook, draft: Path) -> None:
        """Put the executed copy in place, free of this machine's paths."""
        import nbformat

        path = self.run_folder / f"notebooks/{name}.ipynb"
        notebook.metadata.papermill["input_path"] = f"{name}.ipynb"
        notebook.metadata.papermill["output_path"] = anonymous(_relative(path, self.folder))
        anonymise(notebook)
        write_text(path, nbformat.writes(notebook) + "\n")
        draft.unlink(missing_ok=True)

    def entries(self) -> list[dict]:
        """One record a notebook: name, title, question, status, reason, seconds, cpu_seconds,
        finished."""
        return [self._entry(name) for name in self.plan.table]

    def _entry(self, name: str) -> dict:
        state = self.run_folder.state(name) or {}
        path, title, question = self.plan.path(name), name, ""
        if path.exists():
            title, question = title_and_question(read_notebook(path))
        status, reason = self._status(name, bool(state))
        return {
            "name": name,
            "title": title,
            "question": question,
            "status": status,
            "reason": reason,
            "seconds": state.get("seconds"),
            "cpu_seconds": state.get("cpu_seconds"),
            "finished": state.get("finished"),
        }

    def _status(self, name: str, finished: bool) -> tuple[str, str]:
        if not self.plan.applies(name):
            return "not applicable", self.plan.why_not(name)
        if name in self.failed:
            return "failed", self.failed[name]
        if name in self.skipped:
            return "skipped", self.skipped[name]
        return ("done", "") if finished else ("not run", "")

    def publish(self) -> None:
        """Write metrics.json, provenance.json and the pages."""
        entries = self.entries()
        done = [entry["name"] for entry in entries if entry["status"] == "done"]
        metrics = self.run_folder.metrics(done)
        record = provenance(self.identity, self.started, entries, self.origin)
        write_json(self.run_folder / "metrics.json", metrics)
        write_json(self.run_folder / "provenance.json", record)
        faults = write_book(self.run_folder.path, record, [Record(**row) for row in metrics])
        if faults:
            _say(f"note: the pages of the report have faults: {faults}")


def _relative(path: Path, start: Path) -> str:
    return Path(os.path.relpath(path, start)).as_posix()


def _say(line: str) -> None:
    """A line for the reader that does not tear the progress bar."""
    tqdm.write(line, file=sys.stderr)
