"""The clean-up rules, the report of what is wrong, and index.csv."""

import warnings
from dataclasses import replace

import openpyxl
import pytest
from support.casme2_release import ALL, CARRIERS, DROPS, NOTES, make_release

from mer.core.errors import BadData, DataWarning, MerError
from mer.datasets.base import Sequence, Source
from mer.datasets.casme2 import Casme2
from mer.datasets.index import build_index, counts, kept, load_index, save_index, summary

# trap -> the reason that the index gives, the row, and words of its line in the report
EXPECTED = {
    "apex_slash": ("ApexFrame is no frame number", 2, "'/'"),
    "apex_is_onset": ("apex is the onset", 3, "both are frame 95"),
    "apex_outside": ("apex outside onset–offset", 4, "40 is not within 7–17"),
    "unknown_emotion": ("unknown emotion", 5, "'tense'"),
    "missing_frame": (
        "frame without a file",
        8,
        "apex 12; Cropped/Cropped/sub02/EP21_01f holds 10 frames (7-11 13-17)",
    ),
    "zero_byte": ("damaged frame", 9, "EP22_01f/reg_img97.jpg has zero bytes"),
    "truncated": ("damaged frame", 10, "EP23_01/reg_img9.jpg is truncated"),
    "one_frame": ("sequence of one frame", 11, "both 95"),
    "duplicate_row": ("duplicate row", 26, "row 14 already"),
}


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    """Index and warning of the release with every trap."""
    root = tmp_path_factory.mktemp("spoilt")
    make_release(root)
    with pytest.warns(DataWarning) as caught:
        index = build_index(Casme2(root))
    return index, caught


class Bare(Source):
    """A source without frames, as megc2019 is."""

    name, classes = "bare", ("a", "b")

    def sequences(self):
        return [
            Sequence("bare", "s1", "x", "a", database="one", row=2),
            Sequence("bare", "s2", "y", "b", row=3),
            Sequence("bare", "s2", "z", "c", row=4),
        ]


def test_a_clean_release_gives_no_warning(tmp_path):
    make_release(tmp_path, traps=())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        index = build_index(Casme2(tmp_path))
    assert (len(index.sequences), len(kept(index.sequences))) == (24, 20)
    assert index.problems == []
    assert {s.reason for s in index.sequences if not s.kept} == {"class 'others' is not studied"}


def test_expectations_cover_every_trap():
    assert EXPECTED.keys() == DROPS.keys()


@pytest.mark.parametrize("trap", DROPS)
def test_each_trap_drops_its_row_for_its_reason(spoilt, trap):
    index, _ = spoilt
    reason, row, words = EXPECTED[trap]
    dropped = next(s for s in index.sequences if s.row == row)
    assert (dropped.subject, dropped.name) == CARRIERS[trap]
    assert (dropped.kept, dropped.reason) == (False, reason)
    (line,) = [str(p) for p in index.problems if p.row == row and p.key]
    assert line.startswith(f"CASME2-coding-20140508.xlsx, row {row}: {reason}") and words in line


@pytest.mark.parametrize("trap", sorted(ALL - DROPS.keys() - NOTES.keys()))
def test_a_harmless_trap_alone_changes_nothing(tmp_path, trap):
    make_release(tmp_path, traps=(trap,))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        index = build_index(Casme2(tmp_path))
    assert len(kept(index.sequences)) == 20


@pytest.mark.parametrize("trap", NOTES)
def test_a_note_drops_nothing(tmp_path, trap):
    make_release(tmp_path, traps=(trap,))
    with pytest.warns(DataWarning, match="^0 of 24 sequences cannot be used, 1 note\n"):
        index = build_index(Casme2(tmp_path))
    assert len(kept(index.sequences)) == 20


def test_all_problems_come_in_one_message(spoilt):
    index, caught = spoilt
    assert len(caught) == 1 and str(caught[0].message) == index.report
    head, *lines = index.report.splitlines()
    assert head == "9 of 25 sequences cannot be used, 3 notes"
    assert len(lines) == 12
    assert len(kept(index.sequences)) == 12


def test_the_first_of_two_equal_rows_stays(spoilt):
    index, _ = spoilt
    rows = [s for s in index.sequences if (s.subject, s.name) == CARRIERS["duplicate_row"]]
    assert [s.kept for s in rows] == [True, False]


def test_an_offset_past_the_end_becomes_the_last_frame(spoilt):
    index, _ = spoilt
    (s,) = [s for s in index.sequences if (s.subject, s.name) == CARRIERS["offset_past_end"]]
    assert s.kept and s.offset == s.numbers[-1] == 105
    assert "row 15: offset past the end: the table says 119" in index.report


def test_an_apex_past_the_end_is_no_mere_note(tmp_path):
    make_release(tmp_path, traps=("offset_past_end",))
    for number in range(98, 106):
        (tmp_path / f"Cropped/Cropped/sub03/EP22_01f/reg_img{number}.jpg").unlink()
    with pytest.warns(DataWarning, match="1 of 24 .* 0 notes"):
        index = build_index(Casme2(tmp_path))
    (dropped,) = [s for s in index.sequences if s.row == 15]
    assert (dropped.reason, dropped.offset) == ("frame without a file", 119)


def test_a_dropped_row_keeps_the_offset_of_the_table(tmp_path):
    make_release(tmp_path, traps=("offset_past_end",))
    (tmp_path / "Cropped/Cropped/sub03/EP22_01f/reg_img99.jpg").write_bytes(b"")
    with pytest.warns(DataWarning, match="1 of 24 .* 0 notes"):
        index = build_index(Casme2(tmp_path))
    (dropped,) = [s for s in index.sequences if s.row == 15]
    assert (dropped.reason, dropped.offset) == ("damaged frame", 119)


def test_two_faults_of_a_row_are_both_told_and_count_once(tmp_path):
    make_release(tmp_path, traps=())
    table = tmp_path / "CASME2-coding-20140508.xlsx"
    book = openpyxl.load_workbook(table)
    book.active["E2"], book.active["I2"] = "/", "bored"
    book.save(table)
    with pytest.warns(DataWarning, match="^1 of 24 ") as caught:
        index = build_index(Casme2(tmp_path))
    assert len(str(caught[0].message).splitlines()) == 3
    assert index.sequences[0].reason == "unknown emotion"


def test_a_missing_folder_is_a_frame_without_a_file(tmp_path):
    make_release(tmp_path, traps=())
    (tmp_path / "Cropped/Cropped/sub01/EP21_01f").rename(tmp_path / "lost")
    with pytest.warns(DataWarning, match="onset 7, apex 12, offset 17; .*EP21_01f holds no fr"):
        index = build_index(Casme2(tmp_path))
    assert index.sequences[0].reason == "frame without a file"


@pytest.mark.parametrize("number, words", [(97, "has zero bytes"), (100, "is no readable image")])
def test_damage_within_the_interval_counts(tmp_path, number, words):
    make_release(tmp_path, traps=())
    file = tmp_path / f"Cropped/Cropped/sub01/EP22_01f/reg_img{number}.jpg"
    file.write_bytes(b"" if number == 97 else b"no picture at all\xff\xd9")
    with pytest.warns(DataWarning, match=f"row 3: damaged frame: .*reg_img{number}.jpg {words}"):
        index = build_index(Casme2(tmp_path))
    assert not index.sequences[1].kept


def test_damage_outside_the_interval_does_not_count(tmp_path):
    make_release(tmp_path, "raw", traps=())
    (tmp_path / "CASME2_RAW/CASME2-RAW/sub01/EP22_01f/img93.jpg").write_bytes(b"")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(kept(build_index(Casme2(tmp_path)).sequences)) == 20


def test_nothing_left_is_an_error_with_the_whole_report(tmp_path):
    make_release(tmp_path, traps=())
    for file in tmp_path.rglob("reg_img*.jpg"):
        file.write_bytes(b"")
    with pytest.raises(BadData) as caught:
        build_index(Casme2(tmp_path))
    text = str(caught.value)
    assert text.startswith("20 of 24 sequences cannot be used, 0 notes\n")
    assert text.count("has zero bytes") == 20
    assert text.endswith("class 'others' is not studied (4).")


def test_a_source_without_frames_is_not_held_against_files(tmp_path):
    index = build_index(Bare(tmp_path))
    assert [s.kept for s in index.sequences] == [True, True, False]
    assert index.sequences[2].reason == "class 'c' is not studied"


def test_a_missing_apex_of_any_source_is_named(tmp_path):
    class Unsure(Bare):
        def sequences(self):
            first, *others = super().sequences()
            return [replace(first, onset=3, offset=9), *others]

    with pytest.warns(DataWarning, match="row 2: apex missing: the table gives no number"):
        index = build_index(Unsure(tmp_path))
    assert index.sequences[0].reason == "apex missing"


def test_summary_counts_reasons(spoilt):
    index, _ = spoilt
    table = summary(index).set_index("reason")["sequences"]
    assert table["kept"] == 12 and table["damaged frame"] == 2
    assert table["class 'others' is not studied"] == 4
    assert table.sum() == 25


def test_counts_by_person_and_emotion(spoilt):
    index, _ = spoilt
    table = counts(kept(index.sequences))
    assert list(table.index) == ["sub01", "sub02", "sub03", "sub04"]
    assert list(table.columns) == ["disgust", "happiness", "repression", "sadness", "surprise"]
    assert table.loc["sub01"].tolist() == [0, 0, 0, 0, 1]
    assert counts([]).empty


def test_the_index_survives_the_file(spoilt, tmp_path):
    index, _ = spoilt
    save_index(index, tmp_path / "run" / "index.csv")
    assert load_index(tmp_path / "run" / "index.csv") == index.sequences
    assert (tmp_path / "run" / "index.csv").read_text().count("7-8 12-17") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"action_units": "12"},
        {"action_units": "R4+R10"},
        {"action_units": "?"},
        {"action_units": ""},
        {"numbers": (1, 7, 9, 10, 100)},
        {"numbers": ()},
        {"numbers": (0,)},
        {"onset": None, "apex": None, "offset": None, "fps": None, "row": None},
        {"kept": False, "reason": 'odd, "quoted"\nreason'},
        {"database": "smic", "fps": 29.97},
    ],
)
def test_every_field_comes_back_as_it_was(tmp_path, change):
    record = replace(Sequence("s", "sub01", "007", "disgust", 1, 2, 3, fps=200.0), **change)
    save_index([record], tmp_path / "index.csv")
    assert load_index(tmp_path / "index.csv") == [record]


@pytest.mark.parametrize(
    "damage, words",
    [
        (lambda text: "", "row 1: not the header"),
        (lambda text: text.replace("onset", "start", 1), "row 1: not the header"),
        (lambda text: text.splitlines()[0], "the index is empty"),
        (lambda text: text[:-10], "row 25: the end is missing"),
        (lambda text: text[:-120], "row 25: "),
        (lambda text: text.replace("False", "True", 1), "row 7: damaged .a dropped row needs"),
        (lambda text: text.replace("95-105", "105-95", 1), "row 3: damaged .frames 105-95"),
        (lambda text: text.replace("95-105", "95-1O5", 1), "row 3: damaged"),
        (lambda text: text.replace("True", "maybe", 1), "row 2: damaged .kept is 'maybe'"),
        (lambda text: text.replace("sub01", '"sub01', 1), "cannot be read|row 2: damaged"),
    ],
)
def test_a_damaged_index_says_where_and_what_to_do(tmp_path, damage, words):
    make_release(tmp_path, traps=())
    path = tmp_path / "index.csv"
    save_index(build_index(Casme2(tmp_path)), path)
    path.write_text(damage(path.read_text()))
    with pytest.raises(BadData, match=f"index.csv.*({words}).*01_data_cleanup"):
        load_index(path)


def test_a_missing_index_and_one_that_cannot_be_written(tmp_path):
    with pytest.raises(BadData, match="cannot be read.*01_data_cleanup"):
        load_index(tmp_path / "index.csv")
    (tmp_path / "index.csv").mkdir()
    with pytest.raises(MerError, match="cannot be written"):
        save_index([], tmp_path / "index.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["index.csv"]
