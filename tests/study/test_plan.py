"""The plan: which notebooks a run wants, in which order, and what each of them reads."""

from pathlib import Path

import pytest
from support.tiny_study import CODE, TinyData, write_notebook

from mer.core.errors import MerError
from mer.datasets import SOURCES
from mer.study.plan import FRAMES, NOTEBOOKS, Notebook, Plan, package_hash


def plan(source="synthetic", only=(), notebooks=NOTEBOOKS, folder=Path("notebooks")):
    identity = {"source": source, "profile": "smoke", "seed": 0}
    return Plan(identity, only, notebooks, folder, TinyData(), code=lambda: CODE)


def test_every_need_stands_before_who_needs_it():
    seen = set()
    for notebook in NOTEBOOKS:
        assert set(notebook.needs) <= seen
        seen.add(notebook.name)


def test_megc2019_has_notebooks_that_need_no_frames():
    assert plan("megc2019").wanted == [
        "00_start_here",
        "04_how_a_score_is_made",
        "12_real_benchmark",
        "13_video_demo",
        "14_rare_classes",
    ]
    assert plan("megc2019", only=["14"]).wanted == ["14_rare_classes"]


def test_benchmark_runs_on_real_flows_whatever_the_source():
    assert plan("casme2").source_of("12_real_benchmark") == "megc2019"


def test_only_brings_what_it_needs():
    assert plan(only=["06"]).wanted == [
        "01_data_cleanup",
        "02_apex_extraction",
        "03_optical_flow",
        "06_flow_cnn",
    ]
    assert plan(only=["12_real_benchmark"]).wanted == ["12_real_benchmark"]


def test_only_with_a_notebook_that_does_not_apply():
    with pytest.raises(MerError, match="not applicable: megc2019 publishes flows, no frames"):
        plan("megc2019", only=["06"])


def test_only_with_an_unknown_notebook():
    with pytest.raises(MerError, match="unknown notebook '77'.*00_start_here"):
        plan(only=["77"])


def test_followers_of_a_notebook():
    assert plan().followers("03_optical_flow") == [
        "03_optical_flow",
        "04_how_a_score_is_made",
        "06_flow_cnn",
        "07_ensemble",
        "09_ablation_attention",
        "11_synthetic_people",
        "14_rare_classes",
        "15_augmentation_and_size",
    ]


def test_the_audit_is_about_synthetic_people_only():
    assert "11_synthetic_people" in plan("synthetic").wanted
    with pytest.raises(MerError, match="11_synthetic_people is not applicable: .*synthetic people"):
        plan("casme2", only=["11"])


def test_the_sources_are_those_of_the_datasets():
    assert FRAMES == ("synthetic", "casme2")
    assert {name for notebook in NOTEBOOKS for name in notebook.sources} == set(SOURCES)


def test_the_demo_reads_no_source():
    assert plan(only=["13"]).readers() == {}
    assert plan("megc2019").readers() == {
        "megc2019": [
            "00_start_here",
            "04_how_a_score_is_made",
            "12_real_benchmark",
            "14_rare_classes",
        ]
    }
    assert plan().readers()["megc2019"] == ["12_real_benchmark"]


def test_files_that_a_notebook_reads_belong_to_its_fingerprint(tmp_path):
    table = (Notebook("00_a", data=False, reads=("measured.json",)), Notebook("01_b", ("00_a",)))
    for notebook in table:
        write_notebook(tmp_path / "notebooks", notebook.name)
    made = plan(notebooks=table, folder=tmp_path / "notebooks")
    seen = {made.fingerprint("00_a")}
    for content in ("{}", "[]"):
        (tmp_path / "measured.json").write_text(content)
        seen.add(made.fingerprint("00_a"))
    assert len(seen) == 3
    follows = made.fingerprint("01_b")
    (tmp_path / "measured.json").unlink()
    assert made.fingerprint("01_b") != follows and made.fingerprint("00_a") in seen


def test_a_changed_source_matters_to_who_reads_it(tmp_path):
    table = (Notebook("00_a"), Notebook("01_b", data=False))
    for notebook in table:
        write_notebook(tmp_path, notebook.name)
    made = plan(notebooks=table, folder=tmp_path)
    before = [made.fingerprint(name) for name in made.table]
    made.data.value = "one file more"
    after = [made.fingerprint(name) for name in made.table]
    assert before[0] != after[0] and before[1] == after[1]


def test_package_hash_sees_every_file(tmp_path):
    seen = {package_hash(tmp_path)}
    for file in ("sub/a.py", "sub/a.html", "sub/weights.bin"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("x = 1")
        seen.add(package_hash(tmp_path))
    (tmp_path / "sub/a.py").write_text("x = 2")
    now = package_hash(tmp_path)
    assert len(seen | {now}) == 5
    (tmp_path / "sub/__pycache__").mkdir()
    (tmp_path / "sub/__pycache__/a.pyc").write_text("compiled")
    assert package_hash(tmp_path) == now
