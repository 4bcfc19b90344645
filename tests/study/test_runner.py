"""The runner: order, parameters, what a run leaves, and how it fails."""

import errno
import json
import os
import re
import sys
from pathlib import Path

import pytest
from support.tiny_study import (
    CODE,
    PARAMETERS,
    TABLE,
    TinySupply,
    metrics,
    ran,
    tiny_study,
    write_notebook,
    write_notebooks,
)

from mer.core.errors import MerError, SourceMissing
from mer.core.paths import REPOSITORY
from mer.study.data import Supply, people_root
from mer.study.execution import NotebookFailed, check_parameters
from mer.study.overview import write_index
from mer.study.pages import title_and_question, write_page
from mer.study.plan import NOTEBOOKS, Plan
from mer.study.provenance import packages


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A finished run of the tiny study, made under circumstances that must not matter."""
    base = tmp_path_factory.mktemp("study {with} braces")
    write_notebooks(base / "notebooks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLBACKEND", "Agg")
        patch.setenv("JUPYTER_PATH", str(base / "nothing"))
        tiny_study(base, seed=3).run()
    return base


def outputs(base, name):
    notebook = json.loads((base / f"run/notebooks/{name}.ipynb").read_text())
    return "".join(
        text
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        for text in output.get("text", [])
    )


def plan(source="synthetic", only=()):
    identity = {"source": source, "profile": "smoke", "seed": 0}
    return Plan(identity, only, NOTEBOOKS, Path("notebooks"), TinySupply())


# --- what is run -----------------------------------------------------------------------------


def test_notebooks_run_in_order(base):
    assert ran(base) == ["00_first", "01_second", "02_third"]


def test_parameters_reach_the_notebook(base):
    said = re.search(r"parameters (.+)", outputs(base, "01_second"))[1]
    assert json.loads(said) == ["synthetic", "smoke", 3, "../run"]


def test_kernel_is_this_interpreter_in_batch(base):
    found = re.search(r"python (\S+) batch (\d)", outputs(base, "00_first"))
    assert found[2] == "1"
    assert sys.executable.endswith(found[1])  # the machine's part of the path is taken out
    assert not (base / "run/.kernel").exists()


def test_every_need_stands_before_who_needs_it():
    seen = set()
    for notebook in NOTEBOOKS:
        assert set(notebook.needs) <= seen
        seen.add(notebook.name)


def test_megc2019_has_notebooks_that_need_no_frames():
    assert plan("megc2019").wanted == [
        "00_start_here",
        "10_real_benchmark",
        "11_video_demo",
        "13_rare_classes",
    ]
    assert plan("megc2019", only=["13"]).wanted == ["13_rare_classes"]


def test_benchmark_runs_on_real_flows_whatever_the_source():
    assert plan("casme2").source_of("10_real_benchmark") == "megc2019"


def test_only_brings_what_it_needs():
    assert plan(only=["05"]).wanted == [
        "01_data_cleanup",
        "02_apex_extraction",
        "03_optical_flow",
        "05_flow_cnn",
    ]
    assert plan(only=["10_real_benchmark"]).wanted == ["10_real_benchmark"]


def test_only_with_a_notebook_that_does_not_apply():
    with pytest.raises(MerError, match="not applicable: megc2019 publishes flows, no frames"):
        plan("megc2019", only=["05"])


def test_only_with_an_unknown_notebook():
    with pytest.raises(MerError, match="unknown notebook '77'.*00_start_here"):
        plan(only=["77"])


def test_followers_of_a_notebook():
    assert plan().followers("03_optical_flow") == [
        "03_optical_flow",
        "05_flow_cnn",
        "06_ensemble",
        "08_ablation_attention",
        "12_synthetic_people",
        "13_rare_classes",
        "14_augmentation_and_size",
    ]


# --- what a run leaves -----------------------------------------------------------------------


def test_metrics_are_joined_in_order(base):
    records = metrics(base)
    assert [record["notebook"] for record in records] == ["00_first", "01_second", "02_third"]
    assert {record["value"] for record in records} == {3.5}


def test_provenance(base):
    record = json.loads((base / "run/provenance.json").read_text())
    assert record["parameters"] == {"source": "synthetic", "profile": "smoke", "seed": 3}
    assert set(record) >= {
        "commit",
        "dirty",
        "started",
        "written",
        "python",
        "packages",
        "machine",
        "seconds",
    }
    assert record["packages"]["papermill"] == "2.7.0"
    assert record["machine"]["cores"] >= 1 and record["machine"]["processor"]
    status = {entry["name"]: entry for entry in record["notebooks"]}
    assert status["01_second"]["seconds"] > 0 and status["01_second"]["status"] == "done"
    assert status["10_own"]["status"] == "skipped" and "spell" in status["10_own"]["reason"]


def test_every_pin_has_a_version():
    assert len(packages()) > 10 and all(packages().values())


def test_pages_need_nothing_from_outside(base):
    for page in [base / "run/index.html", *(base / "run/html").glob("*.html")]:
        text = page.read_text()
        assert "<script" not in text and "@import" not in text
        assert not re.search(r"<link\b", text)
        assert not re.search(r"""(src|url)\s*[=(]\s*["']?(https?:)?//""", text)


def test_pages_link_to_each_other(base):
    text = (base / "run/html/01_second.html").read_text()
    nav = re.search(r'<nav class="study-nav">.*?</nav>', text)[0]
    assert re.findall(r'href="([^"]+)"', nav) == ["../index.html", "00_first.html", "02_third.html"]
    for page in (base / "run").rglob("*.html"):
        for target in re.findall(r'href="([\w./-]+\.(?:html|json))"', page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} -> {target}"


def test_index_tells_the_run(base):
    text = (base / "run/index.html").read_text()
    assert "Title of 01_second" in text and "What does 01_second do?" in text
    assert "3.500" in text and "no folder anywhere" in text
    assert 'href="html/02_third.html"' in text and 'href="html/10_own.html"' not in text
    assert "prefers-color-scheme: dark" in text and 'name="viewport"' in text


def test_executed_copies_show_no_machine_path(base):
    for path in (base / "run/notebooks").iterdir():
        text = path.read_text()
        assert str(base) not in text and str(REPOSITORY) not in text and sys.prefix not in text
    assert sorted(path.name for path in (base / "run/notebooks").iterdir()) == [
        "00_first.ipynb",
        "01_second.ipynb",
        "02_third.ipynb",
    ]


def test_run_json_names_the_run(base):
    assert json.loads((base / "run/run.json").read_text()) == {
        "source": "synthetic",
        "profile": "smoke",
        "seed": 3,
    }


def test_index_shows_intervals_and_escapes(tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures/00_first-flow-field.png").write_bytes(b"")
    record = {
        "parameters": {"source": "casme2", "profile": "quick", "seed": 1},
        "commit": None,
        "dirty": None,
        "written": "2030-02-03T04:05:06+00:00",
        "seconds": 600.0,
        "python": "3",
        "packages": {},
        "machine": {"processor": "p", "cores": 2, "accelerator": None},
        "notebooks": [
            {
                "name": "00_first",
                "title": "A & B",
                "question": "",
                "reason": "",
                "status": "done",
                "seconds": 600.0,
            }
        ],
    }
    row = {
        "notebook": "00_first",
        "source": "casme2",
        "model": "<m>",
        "protocol": "loso",
        "n": 7,
        "seeds": 1,
    }
    write_index(
        tmp_path,
        record,
        [
            {**row, "metric": "uf1", "value": 0.5, "low": 0.25, "high": 0.75},
            {**row, "metric": "uar", "value": float("nan"), "low": None, "high": None},
            {**row, "metric": "kept", "value": 309.0, "low": None, "high": None},
            {**row, "metric": "seconds", "value": 12.0, "low": None, "high": None},
        ],
    )
    text = (tmp_path / "index.html").read_text()
    assert "[0.250, 0.750]" in text and "left:25.0%;width:50.0%" in text
    assert '<td data-label="UAR">–</td>' in text and ">309</td>" in text
    assert "&lt;m&gt;" in text and "A &amp; B" in text and "12.0" not in text
    assert "3 February 2030" in text and "10.0 min" in text
    assert 'src="figures/00_first-flow-field.png"' in text and "00 · flow field" in text


def _index(folder, records):
    """The index page of a run whose two finished notebooks left `records`."""
    entries = [
        {
            "name": name,
            "title": name,
            "question": "",
            "reason": "",
            "status": "done",
            "seconds": 1.0,
        }
        for name in ("00_first", "01_second")
    ]
    write_index(
        folder,
        {
            "parameters": {"source": "casme2", "profile": "quick", "seed": 1},
            "commit": None,
            "dirty": None,
            "written": "2030-02-03T04:05:06+00:00",
            "seconds": 1.0,
            "python": "3",
            "packages": {},
            "notebooks": entries,
            "machine": {"processor": "p", "cores": 2, "accelerator": None},
        },
        records,
    )
    return (folder / "index.html").read_text()


def _result(notebook, model, value):
    return {
        "notebook": notebook,
        "source": "casme2",
        "model": model,
        "protocol": "loso",
        "n": 7,
        "seeds": 1,
        "metric": "uar",
        "value": value,
        "low": None,
        "high": None,
    }


def test_index_shows_a_result_once(tmp_path):
    text = _index(
        tmp_path,
        [
            _result("00_first", "apex", 0.25),
            _result("01_second", "apex", 0.25),
            _result("01_second", "both", 0.75),
        ],
    )
    assert text.count(">0.250<") == 1 and text.count(">0.750<") == 1
    assert text.count("1 result on casme2") == 2 and "earlier notebook" in text


def test_index_folds_many_results(tmp_path):
    many = [_result("01_second", f"model {i}", 0.5) for i in range(9)]
    text = _index(tmp_path, [_result("00_first", "apex", 0.25), *many])
    assert "<details open><summary>1 result on casme2" in text
    assert "<details><summary>9 results on casme2" in text


def test_title_and_question_are_plain_text(tmp_path):
    import nbformat

    cell = nbformat.v4.new_markdown_cell(
        "# 07 Two _words_\n\n**Question** is [this](a.md) `a_b`\nreally so?\n\n**Minutes** 3"
    )
    notebook = nbformat.v4.new_notebook(cells=[cell])
    assert title_and_question(notebook) == ("07 Two words", "Is this a_b really so?")


def test_links_between_notebooks_become_links_between_pages(tmp_path):
    import nbformat

    cell = nbformat.v4.new_markdown_cell("[next](01_second.ipynb) [far](https://a.org/b.ipynb)")
    write_page(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "a.html")
    text = (tmp_path / "a.html").read_text()
    assert 'href="01_second.html"' in text and 'href="https://a.org/b.ipynb"' in text


# --- how it fails ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code, words",
    [
        (PARAMETERS.replace("seed = 0\n", ""), "missing: seed; unknown: none"),
        (PARAMETERS + "\nsize = 3", "missing: none; unknown: size"),
        (PARAMETERS + "\nother = seed + 1", "a plain value"),
        (PARAMETERS + "\nimport os", "a plain value"),
    ],
)
def test_wrong_parameters_stop_the_run_before_it_starts(tmp_path, code, words):
    write_notebooks(tmp_path / "notebooks")
    write_notebook(tmp_path / "notebooks", "02_third", parameters=code)
    with pytest.raises(MerError, match=f"02_third.*{words}"):
        tiny_study(tmp_path).run()
    assert ran(tmp_path) == [] and not (tmp_path / "run").exists()


def test_no_parameters_cell(tmp_path):
    import nbformat

    path = tmp_path / "00_first.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), path)
    with pytest.raises(MerError, match="0 cells are tagged"):
        check_parameters(path)


def test_missing_and_damaged_notebook(tmp_path):
    with pytest.raises(MerError, match="not a readable notebook"):
        check_parameters(tmp_path / "00_first.ipynb")
    (tmp_path / "00_first.ipynb").write_text('{"cells": [')
    with pytest.raises(MerError, match="not a readable notebook"):
        check_parameters(tmp_path / "00_first.ipynb")


def test_failing_notebook_stops_the_run(tmp_path):
    write_notebooks(tmp_path / "notebooks")
    write_notebook(
        tmp_path / "notebooks",
        "01_second",
        "a = 1",
        "b = a\nc = 2\nd = 3\ne = 4\nraise ValueError('too ' + 'bad')",
    )
    with pytest.raises(NotebookFailed) as caught:
        tiny_study(tmp_path).run()
    text = str(caught.value)
    assert "01_second failed in cell 4 of 4" in text and "ValueError: too bad" in text
    assert "    b = a\n" in text and "e = 4" in text and "raise" not in text
    kept = tmp_path / "run/notebooks/01_second.unfinished.ipynb"
    assert str(kept) in text and "ValueError" in kept.read_text()
    assert ran(tmp_path) == ["00_first"]
    assert [record["notebook"] for record in metrics(tmp_path)] == ["00_first"]
    entries = json.loads((tmp_path / "run/provenance.json").read_text())["notebooks"]
    assert [entry["status"] for entry in entries] == ["done", "failed", "not run", "skipped"]
    assert "too bad" in (tmp_path / "run/index.html").read_text()
    assert str(tmp_path) not in entries[1]["reason"]


def test_kernel_that_dies(tmp_path):
    write_notebooks(tmp_path / "notebooks")
    write_notebook(
        tmp_path / "notebooks", "00_first", "import os\nos.write(2, b'out of memory')\nos._exit(1)"
    )
    with pytest.raises(NotebookFailed, match="00_first failed in cell 3 of 3: .*died") as caught:
        tiny_study(tmp_path).run()
    assert "take a smaller --profile" in str(caught.value)


def test_full_disk_while_running(tmp_path, monkeypatch):
    from papermill.iorw import LocalHandler

    def full(*unused):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(LocalHandler, "write", full)
    write_notebooks(tmp_path / "notebooks")
    with pytest.raises(MerError, match="No space left.*Make room"):
        tiny_study(tmp_path).run()


@pytest.mark.parametrize("free, fails", [(1e8, True), (5e8, False), (5e9, None)])
def test_room_on_the_disk_is_looked_at_first(tmp_path, monkeypatch, free, fails):
    from collections import namedtuple

    usage = namedtuple("usage", "free")(free)
    monkeypatch.setattr("mer.study.run_folder.shutil.disk_usage", lambda path: usage)
    folder = tiny_study(tmp_path).run_folder if write_notebooks(tmp_path / "notebooks") else None
    if fails:
        with pytest.raises(MerError, match="100 MB are free"):
            folder.check_space()
    else:
        assert bool(folder.check_space()) is (fails is False)


def test_missing_source_is_an_error_when_asked_for(tmp_path):
    write_notebooks(tmp_path / "notebooks")
    with pytest.raises(SourceMissing, match="spell"):
        tiny_study(tmp_path, only=["10"]).run()
    with pytest.raises(SourceMissing, match="spell"):
        tiny_study(tmp_path, source="megc2019").run()
    assert not (tmp_path / "run/run.json").exists()


def test_the_audit_is_about_synthetic_people_only():
    assert "12_synthetic_people" in plan("synthetic").wanted
    with pytest.raises(MerError, match="12_synthetic_people is not applicable: .*synthetic people"):
        plan("casme2", only=["12"])


def test_unknown_source_and_profile(tmp_path):
    with pytest.raises(MerError, match="unknown source 'samm'"):
        tiny_study(tmp_path, source="samm")
    from mer.study.runner import Study

    with pytest.raises(MerError, match="unknown profile 'huge'"):
        Study("synthetic", "huge", 0, tmp_path)


def test_only_runs_what_is_needed_and_not_finished(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("mer.study.plan._package_hash", lambda: CODE)
    write_notebooks(tmp_path / "notebooks")
    tiny_study(tmp_path, only=["01"]).run()
    assert ran(tmp_path) == ["00_first", "01_second"]
    assert "needed first: 00_first" in capsys.readouterr().err
    tiny_study(tmp_path, only=["01_second"]).run()
    assert ran(tmp_path)[2:] == ["01_second"]
    with pytest.raises(MerError, match="already holds this run.*--resume"):
        tiny_study(tmp_path).run()


# --- the sources -----------------------------------------------------------------------------


def test_people_of_two_profiles_live_apart(monkeypatch, tmp_path):
    for name in ("MER_SYNTHETIC", "MER_DATA"):
        monkeypatch.delenv(name, raising=False)
    assert people_root("quick", 2) == REPOSITORY / "data/synthetic/quick-seed2"
    assert people_root("smoke", 2) != people_root("quick", 2)
    monkeypatch.setenv("MER_SYNTHETIC", str(tmp_path))
    assert people_root("quick", 2) == tmp_path
    with pytest.raises(MerError, match="unknown profile"):
        monkeypatch.delenv("MER_SYNTHETIC")
        people_root("huge", 0)


def test_kernels_find_the_data_from_their_own_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MER_MEGC2019", "flows")
    monkeypatch.setenv("MER_DATA", "all")
    monkeypatch.delenv("MER_SYNTHETIC", raising=False)
    start = tmp_path / "repository/notebooks"
    environment = Supply("smoke", 0).environment(start)
    assert environment["MER_MEGC2019"] == os.path.join("..", "..", "flows")
    assert environment["MER_DATA"] == os.path.join("..", "..", "all")
    people = os.path.join(environment["MER_DATA"], "synthetic", "smoke-seed0")
    assert environment["MER_SYNTHETIC"] == people
    assert set(environment) == {"MER_DATA", "MER_SYNTHETIC", "MER_CASME2", "MER_MEGC2019"}


def test_missing_flows_are_fetched(monkeypatch, tmp_path):
    calls = []

    def opened(name, root=None):
        if not calls:
            raise SourceMissing("megc2019: not there.")

    monkeypatch.delenv("MER_MEGC2019", raising=False)
    monkeypatch.setattr("mer.study.data.open_source", opened)
    monkeypatch.setattr("mer.datasets.fetch.fetch_megc2019", lambda: calls.append(1))
    Supply("smoke", 0).prepare("megc2019")
    assert calls == [1]


def test_flows_that_cannot_be_fetched(monkeypatch):
    def opened(name, root=None):
        raise SourceMissing("megc2019: not there.")

    def offline():
        raise MerError("no network")

    monkeypatch.delenv("MER_MEGC2019", raising=False)
    monkeypatch.setattr("mer.study.data.open_source", opened)
    monkeypatch.setattr("mer.datasets.fetch.fetch_megc2019", offline)
    with pytest.raises(SourceMissing, match="not there.*no network"):
        Supply("smoke", 0).prepare("megc2019")


def test_named_flows_that_are_missing_are_not_fetched_elsewhere(monkeypatch, tmp_path):
    monkeypatch.setenv("MER_MEGC2019", str(tmp_path / "nowhere"))
    monkeypatch.setattr("mer.datasets.fetch.fetch_megc2019", lambda: pytest.fail("fetched"))
    with pytest.raises(SourceMissing, match="nowhere"):
        Supply("smoke", 0).prepare("megc2019")


def test_table_of_the_tests_is_like_the_real_one():
    assert {notebook.always for notebook in TABLE} == {"", "megc2019"}
