"""Tables of expressions: seconds and frames, and every fault told with its row."""

import openpyxl
import pandas as pd
import pytest

from mer.core.errors import BadData
from mer.datasets.coding_table import COLUMNS
from mer.evaluation.interval_tables import in_frames, read, write
from mer.evaluation.spotting import evaluate
from mer.video.reading import SAMPLE


def csv(tmp_path, text):
    path = tmp_path / "truth.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_seconds_stay_and_words_are_made_plain(tmp_path):
    path = csv(
        tmp_path,
        "\ufeffsubject,video,onset,offset,kind,emotion,remark\n"
        "01, a ,1.25,1.5,Micro-expression, Happiness,x\n02,b,3,5,macro,,\n",
    )
    table = read(path)
    assert list(table.columns) == ["subject", "video", "onset", "offset", "kind", "emotion"]
    assert table.iloc[0].tolist() == ["01", "a", 1.25, 1.5, "micro", "happiness"]
    assert table.iloc[1].tolist() == ["02", "b", 3.0, 5.0, "macro", ""]


def test_frames_are_counted_with_the_last_one(tmp_path):
    path = csv(tmp_path, "subject,video,onset,offset\n1,a,46,86\n")
    table = read(path, fps=200, first_frame=1)
    assert table.onset.tolist() == [45 / 200] and table.offset.tolist() == [86 / 200]
    # the overlap of frames 46 to 86 and 66 to 106 is 21 of 61
    other = read(csv(tmp_path, "subject,video,onset,offset\n1,a,66,106\n"), fps=200)
    assert 21 / 61 < 0.5 and evaluate(table, other)[0].value == 0
    half = read(csv(tmp_path, "subject,video,onset,offset\n1,a,46,127\n"), fps=200)
    assert evaluate(table, half)[0].value == 1, "41 of 82 frames are a half"


@pytest.mark.parametrize("fps, first", [(None, 1), (30.0, 0), (200.0, 1)])
def test_what_is_written_is_read_again(tmp_path, fps, first):
    table = pd.DataFrame(
        [("1", "a", 1.0, 1.5, "micro", "happiness")],
        columns=["subject", "video", "onset", "offset", "kind", "emotion"],
    )
    write(table, tmp_path / "found.csv", fps, first)
    again = read(tmp_path / "found.csv", fps, first)
    step = 1 / fps if fps else 0.0
    assert again.onset[0] == 1.0 and again.offset[0] == pytest.approx(1.5 + step)
    if fps:
        assert in_frames(table, fps, first).onset.tolist() == [round(fps) + first]


def test_the_coding_table_of_casme2_is_read_as_released(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(COLUMNS)
    book.active.append([1, "EP02_01f", 46, 59, 86, "12", "Happiness"])
    book.save(tmp_path / "CASME2-coding-20140508.xlsx")
    table = read(tmp_path / "CASME2-coding-20140508.xlsx")
    assert table.iloc[0].tolist() == ["sub01", "EP02_01f", 45 / 200, 86 / 200, "happiness"]


def test_recorded_takes_are_read_by_their_cards():
    table = read(SAMPLE.parent)
    assert table.emotion.tolist() == ["surprise", "repression"], "neither blink nor nod"
    assert table.kind.tolist() == ["macro", "micro"]
    assert table.video.tolist() == [SAMPLE.stem] * 2 and table.onset[0] == pytest.approx(
        1.57, abs=0.01
    )


@pytest.mark.parametrize(
    "text, words",
    [
        ("subject,video,begin,end\n", "no column onset, offset; found: subject, video, begin, end"),
        ("", "cannot be read as a table"),
        ("subject,video,onset,offset\n1,a,x,5\n", "row 2: onset 'x' is no number"),
        ("subject,video,onset,offset\n1,a,1,2\n1,a,7,5\n", "row 3: onset 7 is after offset 5"),
        ("subject,video,onset,offset\n,a,1,2\n", "row 2: subject is empty"),
        ("subject,video,onset,offset,kind\n1,a,1,2,tiny\n", "row 2: kind 'tiny' is neither"),
        ("subject,video,onset,offset\n1,a,nan,2\n", "row 2: onset 'nan' is no number"),
    ],
)
def test_faults_are_told_with_their_rows(tmp_path, text, words):
    with pytest.raises(BadData) as told:
        read(csv(tmp_path, text))
    assert words in str(told.value) and "truth.csv" in str(told.value)


def test_many_faults_are_told_at_once_but_not_all(tmp_path):
    rows = "".join(f"1,a,{n},x\n" for n in range(25))
    with pytest.raises(BadData, match="row 2: .*row 11: .* and 15 more"):
        read(csv(tmp_path, "subject,video,onset,offset\n" + rows))


def test_no_file_is_told(tmp_path):
    with pytest.raises(BadData, match=r"none\.csv: cannot be read"):
        read(tmp_path / "none.csv")
