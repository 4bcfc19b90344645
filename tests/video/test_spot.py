"""`mer spot`: recordings and a table of the truth in, the challenges' numbers out."""

import json
import shutil

import cv2
import openpyxl
import pandas as pd
import pytest
from support.demo_film import StubRecogniser, bump, film, write_video

from mer.__main__ import main
from mer.core.errors import BadData
from mer.datasets.coding_table import COLUMNS
from mer.evaluation import interval_tables
from mer.video.recordings import Recording
from mer.video.spot import SPOTTERS, named_as

HEAD = "subject,video,onset,offset,kind,emotion\n"


@pytest.fixture(scope="module")
def smiling(tmp_path_factory):
    """A quick smile from 0.6 to 1.0 s."""
    path = tmp_path_factory.mktemp("s1") / "smile.mkv"
    return write_video(path, (p for p, _ in film(1.6, 30, lambda t: bump(t, 0.6, 0.4, 5))))


@pytest.fixture(autouse=True)
def stub(monkeypatch):
    monkeypatch.setattr("mer.video.recogniser.Recogniser.load", lambda *_: StubRecogniser())


def truth(tmp_path, rows, name="truth.csv"):
    path = tmp_path / name
    path.write_text(HEAD + rows)
    return path


def scores(folder):
    rows = json.loads((folder / "scores.json").read_text())
    return {(row["protocol"].split(", ")[1], row["metric"]): row["value"] for row in rows}


def test_a_video_is_spotted_and_scored(smiling, tmp_path, capsys):
    table = truth(tmp_path, "1,smile,0.62,0.98,micro,happiness\n")
    out = tmp_path / "out"
    assert main(["spot", str(smiling), "--truth", str(table), "--out", str(out)]) == 0
    found = scores(out)
    assert found["all", "f1"] == found["micro", "strs"] == 1.0
    said = capsys.readouterr().out
    assert "mer: found 1, true 1, videos 1, people 1" in said and "STRS" in said
    written = interval_tables.read(out / "predictions.csv")
    assert written.iloc[0].tolist()[:2] == ["1", "smile"] and written.kind[0] == "micro"
    # the same numbers from the table that was written
    again = tmp_path / "again"
    main(["spot", str(out / "predictions.csv"), "--truth", str(table), "--out", str(again)])
    assert scores(again) == found


def test_frames_go_in_and_out(smiling, tmp_path):
    table = truth(tmp_path, "1,smile,19,30,micro,happiness\n")
    out = tmp_path / "out"
    assert (
        main(["spot", str(smiling), "--truth", str(table), "--fps", "30", "--out", str(out)]) == 0
    )
    assert scores(out)["all", "f1"] == 1.0
    written = pd.read_csv(out / "predictions.csv")
    assert written.onset.dtype == int and abs(written.onset[0] - 19) < 4


@pytest.mark.parametrize("spotter", SPOTTERS)
def test_every_spotter_can_be_asked(smiling, tmp_path, spotter, capsys):
    table = truth(tmp_path, "1,smile,0.6,1.0,micro,happiness\n")
    assert main(["spot", str(smiling), "--truth", str(table), "--spotter", spotter]) == 0
    assert f"{spotter}: found" in capsys.readouterr().out


def test_without_a_truth_what_was_found_is_printed(smiling, tmp_path, capsys):
    assert main(["spot", str(smiling)]) == 0
    assert "happiness" in capsys.readouterr().out


def test_a_person_in_whom_nothing_is_found_counts(smiling, tmp_path):
    still = write_video(tmp_path / "still.mkv", (p for p, _ in film(1.0, 30)))
    rows = "1,smile,0.6,1.0,micro,happiness\n2,still,0.2,0.6,micro,happiness\n"
    out = tmp_path / "out"
    paths = [str(smiling), str(still)]
    assert main(["spot", *paths, "--truth", str(truth(tmp_path, rows)), "--out", str(out)]) == 0
    assert scores(out)["all", "recall"] == 0.5


def test_casme2_is_found_by_its_variable(smiling, tmp_path, monkeypatch):
    """Frames as the release has them, in folders of subjects, and its coding table beside."""
    folder = tmp_path / "CASME2-RAW" / "sub01" / "EP01_01"
    folder.mkdir(parents=True)
    for number, (frame, _) in enumerate(film(1.6, 30, lambda t: bump(t, 0.6, 0.4, 5)), 1):
        for step in range(2):  # each picture twice: 60 a second
            cv2.imwrite(str(folder / f"img{2 * number - 1 + step}.jpg"), frame)
    book = openpyxl.Workbook()
    book.active.append(COLUMNS)
    book.active.append([1, "EP01_01", 37, 48, 60, "12", "happiness"])
    book.save(tmp_path / "CASME2-coding-20140508.xlsx")
    monkeypatch.setenv("CASME2_RAW", str(tmp_path / "CASME2-RAW"))
    out = tmp_path / "out"
    assert main(["spot", "--fps", "60", "--out", str(out)]) == 0
    assert (out / "predictions.csv").is_file()
    assert set(scores(out)) >= {("all", "f1")}
    shutil.move(tmp_path / "CASME2-coding-20140508.xlsx", tmp_path / "other.xlsx")
    assert main(["spot"]) == 1


@pytest.mark.parametrize(
    "arguments, words",
    [
        ([], "let CASME2_RAW name the folder"),
        (["nowhere"], "nowhere: no such file"),
        (["{smile}", "--truth", "{none}"], "none.csv: cannot be read"),
        (["{smile}", "--truth", "{other}"], "no recording of 1/other"),
    ],
)
def test_what_is_missing_is_told(smiling, tmp_path, monkeypatch, capsys, arguments, words):
    monkeypatch.delenv("CASME2_RAW", raising=False)
    places = {
        "smile": smiling,
        "none": tmp_path / "none.csv",
        "other": truth(tmp_path, "1,other,0.6,1.0,micro,x\n"),
    }
    assert main(["spot", *(word.format(**places) for word in arguments)]) == 1
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--fps", "0"], ["--fps", "many"], ["--spotter", "magic"]])
def test_wrong_options_show_the_usage_of_the_command(option, capsys):
    with pytest.raises(SystemExit):
        main(["spot", "film.mp4", *option])
    assert "usage: mer spot" in capsys.readouterr().err


def test_equal_names_are_told_apart_by_the_folder():
    rows = pd.DataFrame(
        [("sub01", "EP01"), ("sub02", "EP01"), ("7", "only")], columns=["subject", "video"]
    )
    there = [Recording(folder, "EP01", None) for folder in ("s2", "s1")]
    named = named_as([*there, Recording("x", "only", None), Recording("x", "new", None)], rows, "t")
    assert [(one.subject, one.video) for one in named] == [
        ("sub02", "EP01"),
        ("sub01", "EP01"),
        ("7", "only"),
        ("x", "new"),
    ]
    with pytest.raises(BadData, match="no recording of sub02/EP01, 7/only"):
        named_as(there[1:], rows, "t.csv")
