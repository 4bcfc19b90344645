"""The README says what the reference report says, and points only at what is there."""

import json
import re
from pathlib import Path

import pytest

from mer.core.errors import BadData
from mer.evaluation.records import Record
from mer.study import demo, findings, readme, results_ko
from mer.study.results import ROWS as ROWS_BY_NAME

CHECKOUT = Path(__file__).resolve().parents[2]
README = (CHECKOUT / "README.md").read_text()
KOREAN = (CHECKOUT / "README.ko.md").read_text()
ROWS = re.findall(r"^\| \[(\d\d) .*?\) \| .*? \| .*? \| .*? \|$", README, re.MULTILINE)


def test_headings_that_the_korean_text_links_to_are_there():
    headings = {
        re.sub(r"[^\w -]", "", h).replace(" ", "-") for h in re.findall(r"^#+ (.+)$", KOREAN, re.M)
    }
    anchors = set(re.findall(r"\]\(#([^)]+)\)", KOREAN))
    assert anchors and anchors <= headings


def test_every_notebook_has_a_row():
    here = sorted(path.name[:2] for path in (CHECKOUT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    assert here == ROWS


@pytest.mark.parametrize("name", readme.LANGUAGES)
def test_the_table_is_what_make_readme_writes(name):
    text = (CHECKOUT / name).read_text()
    assert readme.with_table(text, readme.table(CHECKOUT, name)) == text


def test_both_languages_say_the_same_numbers():
    """Row by row, in whatever order a language says them."""
    english, korean = (readme.table(CHECKOUT, name).splitlines() for name in readme.LANGUAGES)
    assert len(english) == len(korean) == len(ROWS_BY_NAME) + 2
    for one, other in zip(english[2:], korean[2:], strict=True):
        assert numbers(one) == numbers(other)
        assert one.split("|")[1] == other.split("|")[1]  # the link


def numbers(row):
    found = row.split("|")[3]
    for word, number in (("five", "5"), ("다섯", "5"), ("seven", "7"), ("일곱", "7")):
        found = found.replace(word, number)
    return sorted(re.findall(r"[+-]?\d+(?:\.\d+)?%?", found))


@pytest.mark.parametrize("name", list(ROWS_BY_NAME))
def test_every_row_is_there_in_korean(name):
    question, answer = results_ko.ROWS[name]
    assert re.search("[가-힣]", question)
    assert (answer is None) == (ROWS_BY_NAME[name][1] is None)


@pytest.mark.parametrize("low, high", [(0.1, 0.3), (-0.3, -0.1), (-0.1, 0.3)])
def test_a_difference_is_said_alike_in_both_languages(low, high):
    """Told with its direction, or not told."""
    found = findings.Found("07_ensemble", [
        Record(notebook="07_ensemble", model=f"{model} - flow", protocol="examination", n=1,
               metric="uar_difference", value=(low + high) / 2, low=low, high=high)
        for model in ("ensemble", "learned")
    ])  # fmt: skip
    english, korean = (of.ROWS["07_ensemble"][1](found) for of in readme.LANGUAGES.values())
    said = {"gains (": "얻음", "loses (": "잃음", "changes nothing": "달라졌다고 말할 수 없음"}
    assert [word for word in said if word in english] == [
        word for word, other in said.items() if other in korean
    ]


@pytest.mark.parametrize("text, language", [(README, "en"), (KOREAN, "ko")])
def test_what_it_says_of_the_demo_is_what_make_readme_writes(text, language):
    assert readme.with_demo(text, CHECKOUT, language) == text


@pytest.mark.parametrize("name", demo.PASSAGES)
def test_both_languages_say_the_same_numbers_of_the_demo(name):
    bars, made = demo.PASSAGES[name]
    file = json.loads((CHECKOUT / bars).read_text())
    english, korean = (
        re.findall(r"\d+(?:\.\d+)?", made(file, language).replace("five", "5").replace("no ", "0 "))
        for language in ("en", "ko")
    )
    assert sorted(english) == sorted(korean) != []


@pytest.mark.parametrize("name", demo.PASSAGES)
@pytest.mark.parametrize("text, language", [(README, "en"), (KOREAN, "ko")])
def test_what_it_says_of_the_demo_follows_the_files(name, text, language, tmp_path):
    """Every number of a passage is another one where the file's are."""
    bars, _ = demo.PASSAGES[name]
    file = json.loads((CHECKOUT / bars).read_text())
    for other in demo.BARS, demo.LIFE:
        (tmp_path / other).parent.mkdir(exist_ok=True)
        changed = _more(file) if other == bars else json.loads((CHECKOUT / other).read_text())
        (tmp_path / other).write_text(json.dumps(changed))
    made = readme.with_demo(text, tmp_path, language)
    before, after = (re.findall(rf"<!-- {name}: .*?-->(.*?)<!--", one)[0] for one in (text, made))
    before, after = (one.replace("5분에 ", "") for one in (before, after))  # a unit
    assert len(re.findall(r"\d", before)) >= 2
    pairs = zip(*(_NUMBER.findall(_SAME.sub("", one)) for one in (before, after)), strict=False)
    assert all(a != b for a, b in pairs) and made != text


_NUMBER = re.compile(r"\b\d[\d.]*")
# Counts that the changed files leave as they are.
_SAME = re.compile(r"\d of \d bars|\d people|F1")


def _more(value):
    """The same with larger numbers, twice as many takes, and one more bar that holds."""
    if isinstance(value, dict):
        changed = {key: _more(one) for key, one in value.items()}
        if "bars" in value:
            changed["bars"]["another"] = [1, 1, True]
        return changed
    if isinstance(value, list):
        others = [{**_more(one), "take": "another " + one["take"]}
                  for one in value if isinstance(one, dict)]  # fmt: skip
        return [_more(one) for one in value] + others
    return value + 1.5 if isinstance(value, float) else value + 7 if type(value) is int else value


@pytest.mark.parametrize(
    "held, said",
    [(True, "All of its bars hold there."), (False, "not good enough there yet: 0 of")],
)
def test_whether_the_bars_hold_is_read_from_the_file(held, said):
    bars = json.loads((CHECKOUT / demo.LIFE).read_text())
    bars["bars"] = {name: [value, bar, held] for name, (value, bar, _) in bars["bars"].items()}
    assert demo.life(bars).startswith(said) or said in demo.life(bars)
    assert demo.life(bars, "ko").startswith("모든 기준을" if held else "아직 쓸 만하지 않습니다")


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


@pytest.mark.parametrize("rest", [". **To read**: about 30\\n", "\\n", ""])
def test_what_stands_beside_the_minutes_is_left_alone(rest):
    notebook = f'["x\\n", "**Minutes**, measured: quick 2{rest}", "y"]'
    made = readme.with_minutes(notebook, "**Minutes**, measured: quick 9")
    assert made == notebook.replace("quick 2", "quick 9")


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


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README + KOREAN))))
def test_links_lead_somewhere(link):
    assert (CHECKOUT / link).exists()
