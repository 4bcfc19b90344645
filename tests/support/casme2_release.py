"""A small fictitious CASME II release: invented rows, drawn frames, and every known trap.

    make_release(root)                                  every trap, face crops, table of 2014
    make_release(root, traps=())                        a clean release
    make_release(root, traps=(), size=(280, 340))       the same in the real release's size

Four people show each of the five studied emotions and *others* once. `CARRIERS` names the
sequence that carries a trap. No row of the real table is here: the episodes 21–29 do not exist.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import openpyxl

PEOPLE = ("01", "02", "03", "04")
EMOTIONS = ("disgust", "happiness", "repression", "sadness", "surprise", "others")
UNITS = ("4+9", "12", "17", "1", "R1+R2", "4")
LAYOUTS = {
    "cropped": ("Cropped/Cropped", "reg_img"),
    "cropped_flat": ("Cropped", "reg_img"),
    "cropped_updated": ("Cropped-updated/Cropped", "reg_img"),
    "cropped_direct": ("", "reg_img"),
    "raw_selected": ("CASME2_RAW_selected", "img"),
    "raw_selected_nested": ("CASME2_RAW_selected/CASME2_RAW_selected", "img"),
    "raw": ("CASME2_RAW/CASME2-RAW", "img"),
    "raw_direct": ("", "img"),
}
HEADER = (
    "Subject",
    "Filename",
    None,
    "OnsetFrame",
    "ApexFrame",
    "OffsetFrame",
    None,
    "Action Units",
    "Estimated Emotion",
)
SPELLING = (
    "subject ",
    "File name",
    None,
    "Onset Frame",
    "apexframe",
    "OffsetFrame ",
    None,
    "ActionUnits",
    "estimated emotion",
)

# trap -> the sequence that carries it
DROPS = {
    "apex_slash": ("sub01", "EP21_01f"),
    "apex_is_onset": ("sub01", "EP22_01f"),
    "apex_outside": ("sub01", "EP23_01"),
    "unknown_emotion": ("sub01", "EP24_01"),
    "missing_frame": ("sub02", "EP21_01f"),
    "zero_byte": ("sub02", "EP22_01f"),
    "truncated": ("sub02", "EP23_01"),
    "one_frame": ("sub02", "EP24_01"),
    "duplicate_row": ("sub03", "EP21_01f"),  # its second row is dropped, the first one stays
}
NOTES = {
    "offset_past_end": ("sub03", "EP22_01f"),
    "gap": ("sub03", "EP23_01"),
    "folder_without_row": ("sub03", "EP29_07"),
}
HARMLESS = {  # nothing is wrong, but a reader can stumble over it
    "apex_is_offset": ("sub03", "EP24_01"),
    "integer_units": ("sub04", "EP22_01f"),
    "question_units": ("sub03", "EP26_01"),
    "odd_names": ("sub04", "EP21_2"),  # and EP26_02_01
    "emotion_spelling": ("sub04", "EP25_01"),
}
EVERYWHERE = ("stray_files", "header_spelling", "integer_subject")
CARRIERS = DROPS | NOTES | HARMLESS
ALL = frozenset((*CARRIERS, *EVERYWHERE))


def make_release(
    root,
    layout: str = "cropped",
    version: str = "20140508",
    traps=ALL,
    size: tuple[int, int] = (70, 85),
) -> None:
    """Write a release into `root`, which may hold others already.

    `layout` is one of `LAYOUTS`, `version` '20140508', '20190701' or 'both', `traps` names from
    `ALL`, `size` the frames' width and height. Always there: blank columns, file names that
    repeat across people, frame numbers that run over 9, 10 and 99, 100.
    """
    unknown = set(traps) - ALL
    assert not unknown, f"no such traps: {unknown}"
    root, rows = Path(root), _rows(traps)
    folder, prefix = LAYOUTS[layout]
    for row in rows:
        _write_frames(root / folder, prefix, row, traps, size, baseline=layout.startswith("raw"))
    if "folder_without_row" in traps:
        subject, name = CARRIERS["folder_without_row"]
        extra = dict(rows[0], subject=subject[3:], name=name, on_disk=range(8, 12))
        _write_frames(root / folder, prefix, extra, (), size, baseline=False)
    if "stray_files" in traps:
        (root / folder / "sub01" / "Desktop - Shortcut.lnk").write_bytes(b"L\0")
        (root / folder / "sub01" / "EP25_01" / "Thumbs.db").write_bytes(b"\xd0\xcf")
        (root / "~$CASME2-coding-20140508.xlsx").write_bytes(b"lock")
    for table in ("20140508", "20190701") if version == "both" else (version,):
        _write_table(root / f"CASME2-coding-{table}.xlsx", rows, traps, table)


def _rows(traps) -> list[dict]:
    """The rows of the coding table with the traps in their cells."""
    rows = []
    for person in PEOPLE:
        for number, (emotion, units) in enumerate(zip(EMOTIONS, UNITS), start=1):
            name = f"EP2{number}_01{'f' if number < 3 else ''}"
            onset = 7 if number % 2 else 95
            row = {
                "subject": person,
                "name": name,
                "onset": onset,
                "apex": onset + 5,
                "offset": onset + 10,
                "units": units,
                "emotion": emotion,
                "place": number,
            }
            row["on_disk"] = range(onset, row["offset"] + 1)
            rows.append(row)
    by_key = {(f"sub{row['subject']}", row["name"]): row for row in rows}

    def spoil(trap, **cells):
        if trap in traps:
            by_key[CARRIERS[trap]].update(cells)

    spoil("apex_slash", apex="/")
    spoil("apex_is_onset", apex=95)
    spoil("apex_is_offset", apex=105)
    spoil("apex_outside", apex=40)
    spoil("unknown_emotion", emotion="tense")
    spoil("one_frame", apex=95, offset=95, on_disk=range(95, 96))
    spoil("offset_past_end", offset=119)
    spoil("gap", on_disk=[7, 8, 12, 13, 14, 15, 16, 17])
    spoil("missing_frame", on_disk=[*range(7, 12), *range(13, 18)])
    spoil("integer_units", units=12)
    spoil("question_units", units="?")
    spoil("emotion_spelling", emotion=" Surprise ")
    if "odd_names" in traps:
        by_key["sub04", "EP21_01f"]["name"] = "EP21_2"
        by_key["sub04", "EP26_01"]["name"] = "EP26_02_01"
    if "duplicate_row" in traps:
        rows.append(dict(by_key[CARRIERS["duplicate_row"]], emotion="sadness", on_disk=()))
    return rows


def _write_table(path: Path, rows: list[dict], traps, version: str) -> None:
    later = version == "20190701"
    book = openpyxl.Workbook()
    header = SPELLING if "header_spelling" in traps else HEADER
    book.active.append([*header, "Objective Classes"] if later else list(header))
    for number, row in enumerate(rows):
        subject = int(row["subject"]) if "integer_subject" in traps else row["subject"]
        units, emotion = row["units"], row["emotion"]
        if later and row["subject"] == "02":  # the versions disagree about sadness and units
            emotion = "surprise" if emotion == "sadness" else emotion
            units = "L1+4" if units == "1" else units
        cells = [
            subject,
            row["name"],
            None,
            row["onset"],
            row["apex"],
            row["offset"],
            None,
            units,
            emotion,
        ]
        book.active.append([*cells, number % 7 + 1] if later else cells)
    book.save(path)


def _write_frames(folder: Path, prefix: str, row: dict, traps, size, baseline: bool) -> None:
    """The frames of a row; a raw recording also holds two before the onset."""
    folder = folder / f"sub{row['subject']}" / row["name"]
    numbers = list(row["on_disk"])
    if baseline and numbers:
        numbers = [numbers[0] - 2, numbers[0] - 1, *numbers]
    for number in numbers:
        folder.mkdir(parents=True, exist_ok=True)
        jpeg = cv2.imencode(".jpg", _draw(row, number, size))[1].tobytes()
        (folder / f"{prefix}{number}.jpg").write_bytes(jpeg)
    key = (f"sub{row['subject']}", row["name"])
    for trap, number, keep in (("zero_byte", 97, 0), ("truncated", 9, 0.6)):
        if trap in traps and key == CARRIERS[trap]:
            file = folder / f"{prefix}{number}.jpg"
            data = file.read_bytes()
            file.write_bytes(data[: int(len(data) * keep)])


def _draw(row: dict, number: int, size: tuple[int, int]) -> np.ndarray:
    """One frame, (height, width, 3) uint8: a person's gradient and a patch that moves.

    The patch lies where the emotion wants it and is lifted most halfway through.
    """
    width, height = size
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    person = int(row["subject"])
    picture = 90 + 60 * np.sin(3 * x + person) * np.cos(2 * y + 0.7 * person)
    lift = 0.06 * max(0.0, 1 - abs(number - row["onset"] - 5) / 5)
    centre_y = 0.1 + 0.12 * row["place"] - lift
    picture += 80 * np.exp(-((x - 0.5) ** 2 + (y - centre_y) ** 2) / 0.01)
    return np.repeat(picture.clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)
