"""The CASME II reader on a fictitious release: layouts, table versions, faults of the table."""

import openpyxl
import pytest
from support.casme2_release import CARRIERS, LAYOUTS, make_release

from mer.core.errors import BadData, MerError, SourceMissing
from mer.datasets.casme2 import Casme2

KIND = {
    "cropped": "cropped",
    "cropped_flat": "cropped",
    "cropped_updated": "cropped",
    "cropped_direct": "cropped",
    "raw_selected": "raw_selected",
    "raw_selected_nested": "raw_selected",
    "raw": "raw",
    "raw_direct": "raw",
}


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    """The release with every trap, read once."""
    root = tmp_path_factory.mktemp("spoilt")
    make_release(root)
    source = Casme2(root)
    return source, source.sequences()


def pick(sequences, trap):
    return [s for s in sequences if (s.subject, s.name) == CARRIERS[trap]]


def problems_of(source, trap):
    subject, name = CARRIERS[trap]
    return [p for p in source.problems if p.key == f"{subject}_{name}"]


def edit(root, change):
    """Open the release's table, let `change` alter its sheet, save it."""
    path = root / "CASME2-coding-20140508.xlsx"
    book = openpyxl.load_workbook(path)
    change(book.active)
    book.save(path)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_found(tmp_path, layout):
    make_release(tmp_path, layout, traps=())
    source = Casme2(tmp_path)
    sequences = source.sequences()
    assert source.layout == KIND[layout]
    assert len(sequences) == 24 and source.problems == []
    for s in sequences:
        assert {s.onset, s.apex, s.offset} <= set(s.numbers)
        assert source.path(s, s.apex).is_file()
    assert source.frame(sequences[0], sequences[0].apex).shape == (85, 70, 3)


def test_crops_are_preferred_and_the_layout_can_be_chosen(tmp_path):
    for layout in ("raw", "raw_selected", "cropped"):
        make_release(tmp_path, layout, traps=())
    assert Casme2(tmp_path).layout == "cropped"
    raw = Casme2(tmp_path, layout="raw")
    assert raw.folder == tmp_path / "CASME2_RAW/CASME2-RAW"
    assert raw.sequences()[0].template.endswith("/sub01/EP21_01f/img{}.jpg")
    selected = Casme2(tmp_path, layout="raw_selected").sequences()
    assert selected[0].template.startswith("CASME2_RAW_selected/sub01/")


def test_two_folders_of_one_layout_are_named(tmp_path):
    make_release(tmp_path, "cropped", traps=())
    make_release(tmp_path, "cropped_updated", traps=())
    source = Casme2(tmp_path)
    source.sequences()
    assert len(source.problems) == 1 and source.problems[0].key is None
    assert "Cropped-updated/Cropped: not read" in str(source.problems[0])


def test_a_missing_or_unknown_layout_is_an_error(tmp_path):
    make_release(tmp_path, "cropped", traps=())
    with pytest.raises(SourceMissing, match="no raw below.*layouts found: cropped"):
        Casme2(tmp_path, layout="raw")
    with pytest.raises(MerError, match="unknown layout 'video'; choose one of cropped"):
        Casme2(tmp_path, layout="video")


def test_missing_folder_table_and_frames_say_what_to_do(tmp_path):
    with pytest.raises(SourceMissing, match="no folder.*MER_CASME2"):
        Casme2(tmp_path / "nowhere")
    with pytest.raises(SourceMissing, match="no coding table.*licence"):
        Casme2(tmp_path)
    make_release(tmp_path / "whole", traps=())
    table = next((tmp_path / "whole").glob("*.xlsx"))
    table.rename(tmp_path / table.name)
    (tmp_path / "whole" / "Cropped").rename(tmp_path / "elsewhere")
    for frame in (tmp_path / "elsewhere").rglob("*.jpg"):
        frame.unlink()
    with pytest.raises(SourceMissing, match="no frames below.*layouts found: none"):
        Casme2(tmp_path)


def test_the_table_may_lie_one_folder_below(tmp_path):
    make_release(tmp_path, traps=())
    (tmp_path / "labels").mkdir()
    table = next(tmp_path.glob("*.xlsx"))
    table.rename(tmp_path / "labels" / table.name)
    assert len(Casme2(tmp_path).sequences()) == 24


def test_the_versions_of_the_table_differ_in_labels_and_units(tmp_path):
    make_release(tmp_path / "old", version="20140508", traps=())
    make_release(tmp_path / "new", version="20190701", traps=())
    old, new = (Casme2(tmp_path / name).sequences() for name in ("old", "new"))
    changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    assert [(a.emotion, b.emotion) for a, b in changed] == [("sadness", "surprise")]
    assert [(a.action_units, b.action_units) for a, b in changed] == [("1", "L1+4")]


def test_of_two_tables_the_older_is_read_and_said(tmp_path):
    make_release(tmp_path, version="both", traps=())
    source = Casme2(tmp_path)
    assert sum(s.emotion == "sadness" for s in source.sequences()) == 4
    assert source.table.name == "CASME2-coding-20140508.xlsx"
    assert [p.key for p in source.problems] == [None]
    assert "CASME2-coding-20190701.xlsx is not read" in str(source.problems[0])


def test_a_row_becomes_a_record(tmp_path):
    make_release(tmp_path, traps=())
    s = Casme2(tmp_path).sequences()[1]
    assert (s.source, s.subject, s.name) == ("casme2", "sub01", "EP22_01f")
    assert s.key == "sub01_EP22_01f"
    assert (s.onset, s.apex, s.offset, s.fps, s.row) == (95, 100, 105, 200.0, 3)
    assert (s.emotion, s.action_units, s.kept, s.reason) == ("happiness", "12", True, "")
    assert s.template == "Cropped/Cropped/sub01/EP22_01f/reg_img{}.jpg"
    assert s.numbers == tuple(range(95, 106))  # 99 before 100: by number, not by letter


def test_every_row_is_given_and_names_repeat_across_people(spoilt):
    _, sequences = spoilt
    assert [s.row for s in sequences] == list(range(2, 27))
    assert len({s.name for s in sequences}) < len({s.key for s in sequences}) == 24


def test_raw_recordings_keep_the_frames_around(tmp_path):
    make_release(tmp_path, "raw", traps=())
    s = Casme2(tmp_path).sequences()[0]
    assert s.numbers[0] == s.onset - 2


def test_cells_are_read_as_what_they_mean(spoilt):
    _, sequences = spoilt  # subjects as integers, headers spelt otherwise
    assert {s.subject for s in sequences} == {"sub01", "sub02", "sub03", "sub04"}
    assert pick(sequences, "integer_units")[0].action_units == "12"
    assert pick(sequences, "question_units")[0].action_units == "?"
    assert pick(sequences, "emotion_spelling")[0].emotion == "surprise"
    assert pick(sequences, "odd_names")[0].numbers == tuple(range(7, 18))
    assert any(s.name == "EP26_02_01" and s.numbers for s in sequences)


@pytest.mark.parametrize(
    "trap, row, words",
    [
        ("apex_slash", 2, "ApexFrame is no frame number: '/'"),
        ("unknown_emotion", 5, "unknown emotion: 'tense'. Known are disgust, happiness"),
        ("duplicate_row", 26, "duplicate row: sub03/EP21_01f stands in row 14 already"),
    ],
)
def test_faults_of_the_table_name_file_row_and_remedy(spoilt, trap, row, words):
    source, _ = spoilt
    (problem,) = problems_of(source, trap)
    assert problem.row == row
    assert str(problem).startswith(f"CASME2-coding-20140508.xlsx, row {row}: {words}")
    assert problem.remedy


def test_gaps_and_unlisted_folders_are_notes(spoilt):
    source, _ = spoilt
    notes = [str(p) for p in source.problems if p.key is None]
    assert len(notes) == 2
    assert "row 16: gap: Cropped/Cropped/sub03/EP23_01 lacks 3 of the frames" in notes[0]
    assert "the first is 9" in notes[0]
    assert "no row in the table: sub03/EP29_07" in notes[1]


def test_a_thinned_source_has_no_gaps(tmp_path):
    class Thinned(Casme2):
        name = "thinned"
        every_frame = False

    make_release(tmp_path, traps=("gap",))
    source = Thinned(tmp_path)
    assert {s.source for s in source.sequences()} == {"thinned"}
    assert source.problems == []


def test_problems_start_afresh_at_each_reading(spoilt):
    source, _ = spoilt
    before = list(source.problems)
    source.sequences()
    assert source.problems == before


def test_a_missing_column_lists_those_found(tmp_path):
    make_release(tmp_path, traps=())
    edit(tmp_path, lambda sheet: sheet.delete_cols(5))
    with pytest.raises(
        BadData,
        match="20140508.xlsx: no column ApexFrame. Columns found: "
        "Subject, Filename, OnsetFrame, OffsetFrame",
    ):
        Casme2(tmp_path).sequences()


def test_an_empty_sheet_and_a_broken_file_are_errors(tmp_path):
    make_release(tmp_path, traps=())
    edit(tmp_path, lambda sheet: sheet.delete_rows(1, 30))
    with pytest.raises(BadData, match="no column Subject.*found: none"):
        Casme2(tmp_path).sequences()
    next(tmp_path.glob("*.xlsx")).write_bytes(b"not a spreadsheet")
    with pytest.raises(BadData, match="cannot be read as a spreadsheet"):
        Casme2(tmp_path).sequences()


def test_unusual_cells(tmp_path):
    make_release(tmp_path, traps=())

    def change(sheet):
        sheet["D2"], sheet["E2"], sheet["F2"] = 7.0, " 12 ", 17.5
        sheet["B3"] = None
        sheet["A4"] = "sub1"
        sheet["D30"] = " "  # blank rows at the end are no rows

    edit(tmp_path, change)
    source = Casme2(tmp_path)
    sequences = source.sequences()
    assert len(sequences) == 24
    assert (sequences[0].onset, sequences[0].apex, sequences[0].offset) == (7, 12, None)
    assert sequences[2].subject == "sub01" and sequences[2].numbers
    told = {p.row: p.what for p in source.problems if p.key is not None}
    assert told == {2: "OffsetFrame is no frame number: '17.5'", 3: "Filename is empty"}
