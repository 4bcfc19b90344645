"""The README says what the reference report says, and points only at what is there."""

import json
import re
from pathlib import Path

import pytest

from mer.core.errors import BadData
from mer.evaluation.records import Record
from mer.study import demo, findings, readme
from mer.study.results import ROWS as ROWS_BY_NAME

CHECKOUT = Path(__file__).resolve().parents[2]
README = (CHECKOUT / "README.md").read_text()
ROWS = re.findall(r"^\| \[(\d\d) .*?\) \| .*? \| .*? \| .*? \|$", README, re.MULTILINE)


def test_every_notebook_has_a_row():
    here = sorted(path.name[:2] for path in (CHECKOUT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    assert here == ROWS


def test_the_table_is_what_make_readme_writes():
    assert readme.with_table(README, readme.table(CHECKOUT)) == README


def test_what_it_says_of_the_demo_is_what_make_readme_writes():
    assert readme.with_demo(README, CHECKOUT) == README


@pytest.mark.parametrize("name", demo.PASSAGES)
def test_what_it_says_of_the_demo_follows_the_files(name, tmp_path):
    """Every number of a passage is another one where the file's are."""
    bars, _ = demo.PASSAGES[name]
    file = json.loads((CHECKOUT / bars).read_text())
    for other in demo.BARS, demo.LIFE:
        (tmp_path / other).parent.mkdir(exist_ok=True)
        changed = _more(file) if other == bars else json.loads((CHECKOUT / other).read_text())
        (tmp_path / other).write_text(json.dumps(changed))
    made = readme.with_demo(README, tmp_path)
    before, after = (
        re.findall(rf"<!-- {name}: .*?-->(.*?)<!--", text)[0] for text in (README, made)
    )
    assert len(re.findall(r"\d", before)) >= 2
    pairs = zip(*(_NUMBER.findall(_SAME.sub("", text)) for text in (before, after)), strict=False)
    assert all(a != b for a, b in pairs) and made != README


_NUMBER, _SAME = re.compile(r"\d[\d.]*"), re.compile(r"\d of \d bars|\d people|F1")


def _more(value):
    """The same with larger numbers, and twice as many of everything that is counted."""
    if isinstance(value, dict):
        return {key: _more(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_more(one) for one in value] + [_more(one) for one in value if "take" in str(one)]
    return value + 1.5 if isinstance(value, float) else value + 7 if type(value) is int else value


@pytest.mark.parametrize(
    "held, said",
    [(True, "All of its bars hold there."), (False, "not good enough there yet: 0 of")],
)
def test_whether_the_bars_hold_is_read_from_the_file(held, said):
    bars = json.loads((CHECKOUT / demo.LIFE).read_text())
    bars["bars"] = {name: [value, bar, held] for name, (value, bar, _) in bars["bars"].items()}
    assert demo.life(bars).startswith(said) or said in demo.life(bars)


def test_a_notebook_that_the_run_does_not_have_is_left_open(monkeypatch):
    records, provenance = findings.load(CHECKOUT / readme.RUNS["quick"])
    others = [entry for entry in provenance["notebooks"] if entry["name"] != "06_flow_cnn"]
    found = [r for r in records if r.notebook != "06_flow_cnn"]
    without = found, {**provenance, "notebooks": others}
    monkeypatch.setattr(readme.findings, "load", lambda run: without)
    (row,) = re.findall(r"^\| \[06 .*$", readme.table(CHECKOUT), re.MULTILINE)
    assert row.endswith("| can the motion tell it? | – | – |")


def test_minutes_in_notebooks_are_those_of_the_committed_runs():
    measured = {
        profile: findings.minutes(findings.load(CHECKOUT / run)[1])
        for profile, run in readme.RUNS.items()
        if (CHECKOUT / run).is_dir()
    }
    for name in ROWS_BY_NAME:
        notebook = json.loads((CHECKOUT / f"notebooks/{name}.ipynb").read_text())
        assert readme.minutes_line(name, measured) in "".join(notebook["cells"][0]["source"])


def test_a_number_that_the_run_does_not_have_is_an_error():
    records, _ = findings.load(CHECKOUT / readme.RUNS["quick"])
    lost = [r for r in records if (r.model, r.metric) != ("flow", "uar")]
    with pytest.raises(BadData, match="06_flow_cnn: 0 records of uar of 'flow'.*Run the notebook"):
        ROWS_BY_NAME["06_flow_cnn"][1](findings.Found("06_flow_cnn", lost))


@pytest.mark.parametrize(
    "low, high, said", [(0.1, 0.3, "gains"), (-0.3, -0.1, "loses"), (-0.1, 0.3, "is not told")]
)
def test_a_difference_is_said_as_it_was_told(low, high, said):
    one = Record(
        notebook="x",
        model="a - b",
        protocol="p",
        metric="uar_difference",
        n=1,
        value=(low + high) / 2,
        low=low,
        high=high,
    )
    words = dict(more="gains", less="loses", none="is not told")
    assert findings.Found("x", [one]).told("uar", "a - b", "p", **words).startswith(f"{said} (")


def test_a_readme_without_its_marks_is_refused():
    with pytest.raises(BadData, match="are missing. Restore them"):
        readme.with_table("nothing", "a table")


def test_the_reference_is_an_honest_quick_run():
    record = json.loads((CHECKOUT / "reports/reference/provenance.json").read_text())
    assert {entry["status"] for entry in record["notebooks"]} == {"done"}
    assert json.loads((CHECKOUT / "reports/reference/run.json").read_text())["profile"] == "quick"
    size = sum(
        path.stat().st_size
        for folder in ("html", "figures")
        for path in (CHECKOUT / "reports/reference" / folder).rglob("*.*")
    )
    assert size < 30e6


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_links_lead_somewhere(link):
    assert (CHECKOUT / link).exists()
