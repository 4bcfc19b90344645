"""Notebooks with a copy of CASME II, end to end: a file of its own, so that two workers share."""

import json

import pytest
from support.casme2_release import make_release
from support.notebooks import smoke_study


@pytest.mark.slow(100)
def test_a_licensed_copy_takes_the_same_way(tmp_path):
    make_release(tmp_path / "casme2", traps=(), size=(280, 340))
    run = smoke_study(
        tmp_path, "--source", "casme2", "--only", "07,10", MER_CASME2=str(tmp_path / "casme2")
    )
    records = json.loads((run / "metrics.json").read_text())
    assert {record["source"] for record in records} == {"casme2"}
    assert {"apex", "flow", "ensemble"} <= {record["model"] for record in records}
    assert not any(record["metric"].startswith("epe") for record in records)
