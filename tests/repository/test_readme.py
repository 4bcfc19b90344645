"""The README says what the reference report says, and points only at what is there."""

import json
import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
README = (CHECKOUT / "README.md").read_text()
RECORDS = json.loads((CHECKOUT / "reports/reference/metrics.json").read_text())
DEMO = json.loads((CHECKOUT / "reports/demo_bars.json").read_text())
ROWS = re.findall(r"^\| \[(\d\d) .*?\) \| .*? \| (.*?) \| .*? \|$", README, re.MULTILINE)
GIVEN = {"04": {"0.20"}}  # figures that are no measurement: chance among five classes


def test_every_notebook_has_a_row():
    here = sorted(path.name[:2] for path in (CHECKOUT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    assert [number for number, _ in ROWS] == here


@pytest.mark.parametrize("number, result", ROWS)
def test_results_are_those_of_the_reference_report(number, result):
    values = [
        record[key]
        for record in RECORDS
        if record["notebook"].startswith(number)
        for key in ("value", "low", "high")
        if record[key] is not None
    ]
    if number == "11":  # what `make demo-bars` measured
        values += [
            score[key]
            for way in ("analyser", "earlier rule")
            for score in DEMO[way]["scores"]["all"].values()
            for key in score
            if score[key] is not None
        ]
    for text in re.findall(r"-?\d+\.\d+", result):
        digits = len(text.split(".")[1])
        known = {f"{value + 0.0:.{digits}f}".replace("-0.000", "0.000") for value in values}
        assert text in known | GIVEN.get(number, set()), f"{text} is not in metrics.json"


def test_the_reference_is_an_honest_quick_run():
    record = json.loads((CHECKOUT / "reports/reference/provenance.json").read_text())
    assert {entry["status"] for entry in record["notebooks"]} == {"done"}
    assert json.loads((CHECKOUT / "reports/reference/run.json").read_text())["profile"] == "quick"
    size = sum(
        path.stat().st_size
        for folder in ("html", "figures")
        for path in (CHECKOUT / "reports/reference" / folder).iterdir()
    )
    assert size < 30e6


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_links_lead_somewhere(link):
    assert (CHECKOUT / link).exists()
