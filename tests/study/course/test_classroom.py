"""What a student costs: the guide says what was measured, and the measure sees what a program
takes."""

import json
import re

import pytest
from measure import classroom


@pytest.mark.parametrize("language", classroom.GUIDES)
def test_the_guide_says_what_was_measured(language):
    found = json.loads(classroom.KEPT.read_text("utf-8"))
    guide = (classroom.CHECKOUT / classroom.GUIDES[language]).read_text("utf-8")
    assert guide == classroom.with_text(guide, classroom.text(found, language))


def test_what_is_kept_is_possible():
    found = json.loads(classroom.KEPT.read_text("utf-8"))
    for name in ("exercise", "rendering", "smoke"):
        one = found[name]
        assert 0 < one["cpu_seconds"] <= 1.1 * one["seconds"] + 1  # it had one core
        assert 50 < one["megabytes"] < 16_000
    assert str(classroom.CHECKOUT) not in json.dumps(found)


def test_a_run_tells_what_it_took_with_and_without_seconds_of_the_processor(tmp_path):
    found = json.loads(classroom.KEPT.read_text("utf-8"))
    entries = [{"seconds": 60.0, "cpu_seconds": 90.0}, {"seconds": None, "cpu_seconds": None}]
    told = {"seconds": 60.0, "machine": {"cores": 2}, "written": "x", "notebooks": entries}
    (tmp_path / "provenance.json").write_text(json.dumps(told))
    counted = classroom.text({**found, "quick": classroom.of_run(tmp_path)})
    assert "took 1 minutes on 2 cores, so 2 on one;" in counted  # 1.5 minutes, rounded
    del entries[0]["cpu_seconds"]
    (tmp_path / "provenance.json").write_text(json.dumps(told))
    assert "so 2 on one at most;" in classroom.text({**found, "quick": classroom.of_run(tmp_path)})


def test_the_numbers_of_the_guide_are_of_the_file():
    found = json.loads(classroom.KEPT.read_text("utf-8"))
    more = {**found, "lab_megabytes": found["lab_megabytes"] + 1000}
    one, other = (
        float(re.search(r"([\d.]+) GB for 30", classroom.text(numbers))[1])
        for numbers in (found, more)
    )
    assert other - one == pytest.approx(30)


def test_a_guide_without_the_place_for_it_is_an_error():
    with pytest.raises(SystemExit, match="are missing"):
        classroom.with_text("# A guide", "numbers")


def test_memory_and_seconds_of_a_program_are_seen(tmp_path):
    code = """import subprocess, sys
child = "import time; kept = b'x' * 120_000_000; end = time.time() + 1.5"
child += "\\nwhile time.time() < end: 0"
subprocess.run([sys.executable, "-c", child])"""
    found = classroom.watch(["-c", code], tmp_path)
    assert 120 < found["megabytes"] < 250
    assert found["seconds"] > 1.4 and 0.2 < found["cpu_seconds"] < found["seconds"]


def test_a_program_that_fails_ends_the_measure(tmp_path):
    with pytest.raises(SystemExit, match="ValueError: too bad"):
        classroom.watch(["-c", "raise ValueError('too bad')"], tmp_path)


def test_a_server_is_ended_when_it_has_been_watched(tmp_path):
    found = classroom.watch(["-c", "import time; time.sleep(60)"], tmp_path, until=lambda: True)
    assert found["seconds"] < 30
