"""The published flows: both layouts, all three databases, and everything that can be wrong."""

import os
from collections import Counter

import cv2
import numpy as np
import pytest
from support.factories import MEGC_ROWS, write_megc2019

from mer.core.errors import BadData, DataWarning, SourceMissing, Unavailable
from mer.datasets import open_source
from mer.datasets.index import build_index, kept
from mer.datasets.megc2019 import FLOWS, TABLE, Megc2019


def edit_table(root, old, new):
    path = root / TABLE
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("flat", [False, True])
def test_both_layouts_and_all_databases(tmp_path, flat):
    source = open_source("megc2019", write_megc2019(tmp_path / "copy", flat=flat))
    sequences = source.sequences()
    assert source.problems == []
    assert [
        (s.database, s.subject.partition("_")[2], s.name, source.classes.index(s.emotion))
        for s in sequences
    ] == list(MEGC_ROWS)
    assert [s.row for s in sequences] == list(range(2, 14))
    assert sequences[4].key == "smic_s01_s01_ne_01"
    assert len({s.key for s in sequences}) == len(sequences)
    assert all(source.flow(s).shape == (28, 28, 3) for s in sequences)
    assert len(kept(build_index(source).sequences)) == len(MEGC_ROWS)


def test_flow_channels_are_u_v_strain(megc2019_root):
    stored = np.zeros((28, 28, 3), np.uint8)
    stored[...] = (51, 102, 255)  # blue, green, red
    cv2.imwrite(str(megc2019_root / "datasets" / FLOWS / "sub01_EP02_01f .png"), stored)
    source = Megc2019(megc2019_root)
    flow = source.flow(source.sequences()[0])
    assert flow.dtype == np.float32
    np.testing.assert_allclose(flow[5, 7], [1.0, 0.4, 0.2], atol=1e-6)


def test_apex_faces_of_a_clone(megc2019_root):
    source = Megc2019(megc2019_root)
    faces = [source.apex_face(sequence) for sequence in source.sequences()]
    assert all(face.shape == (224, 224, 3) and face.dtype == np.uint8 for face in faces)
    smic = source.sequences()[4]
    assert smic.template.endswith("s01_s1_ne_01.jpg")  # and its flow is s01_s01_ne_01


def test_a_copy_without_faces_says_so(tmp_path):
    source = Megc2019(write_megc2019(tmp_path / "flat", flat=True))
    with pytest.raises(Unavailable, match="no apex face of casme2_sub01_EP02_01f"):
        source.apex_face(source.sequences()[0])


def test_there_are_no_numbered_frames(megc2019_root):
    source = Megc2019(megc2019_root)
    with pytest.raises(Unavailable, match="no numbered frames"):
        source.frame(source.sequences()[0], 1)


@pytest.mark.parametrize("database, count", [("samm", 4), ("smic", 4), ("casme2", 4)])
def test_a_single_database_is_enough(tmp_path, database, count):
    rows = [row for row in MEGC_ROWS if row[0] == database]
    source = Megc2019(write_megc2019(tmp_path / "part", rows))
    assert len(source.sequences()) == count
    assert source.problems == []


def test_fingerprint_follows_the_data_only(megc2019_root):
    before = Megc2019(megc2019_root).fingerprint()
    (megc2019_root / "main.py").write_text("something else of the clone")
    assert Megc2019(megc2019_root).fingerprint() == before
    edit_table(megc2019_root, "casme2,sub01,EP02_01f,1,", "casme2,sub01,EP02_01f,11,")
    assert Megc2019(megc2019_root).fingerprint() != before


def test_row_without_png_is_dropped_by_name(megc2019_root):
    (megc2019_root / "datasets" / FLOWS / "006_006_3_5 .png").unlink()
    source = Megc2019(megc2019_root)
    assert len(source.sequences()) == len(MEGC_ROWS)
    (problem,) = source.problems
    assert (problem.row, problem.key) == (11, "samm_006_006_3_5")
    assert "flow image missing" in problem.what
    with pytest.warns(DataWarning, match="row 11: flow image missing"):
        index = build_index(source)
    assert len(kept(index.sequences)) == len(MEGC_ROWS) - 1


@pytest.mark.parametrize(
    "damage", [lambda png: png[: len(png) // 2], lambda png: b"", lambda png: b"no image at all"]
)
def test_damaged_png_is_dropped_and_cannot_be_read(megc2019_root, damage):
    path = megc2019_root / "datasets" / FLOWS / "s11_s11_sur_01 .png"
    path.write_bytes(damage(path.read_bytes()))
    source = Megc2019(megc2019_root)
    sequence = next(s for s in source.sequences() if s.name == "s11_sur_01")
    (problem,) = source.problems
    assert problem.key == sequence.key and "flow image damaged" in problem.what
    with pytest.raises(BadData, match="s11_s11_sur_01"):
        source.flow(sequence)


def test_png_of_another_size_is_dropped(megc2019_root):
    path = megc2019_root / "datasets" / FLOWS / "s11_s11_sur_01 .png"
    cv2.imwrite(str(path), np.zeros((28, 30, 3), np.uint8))
    source = Megc2019(megc2019_root)
    source.sequences()
    assert "30x28 pixels" in source.problems[0].what


def test_unknown_label_is_dropped(megc2019_root):
    edit_table(megc2019_root, "samm,007,007_6_1,1,", "samm,007,007_6_1,7,")
    source = Megc2019(megc2019_root)
    source.sequences()
    (problem,) = source.problems
    assert problem.row == 12 and "unknown label '7'" in problem.what


def test_duplicate_row_keeps_the_first(megc2019_root):
    edit_table(
        megc2019_root,
        "smic,s01,s01_ne_01,0,,s01_s1_ne_01.jpg,\n",
        "smic,s01,s01_ne_01,0,,s01_s1_ne_01.jpg,\n" * 2,
    )
    with pytest.warns(DataWarning, match="duplicate row"):
        index = build_index(Megc2019(megc2019_root))
    twice = [s.kept for s in index.sequences if s.name == "s01_ne_01"]
    assert twice == [True, False]


def test_images_in_no_row_are_counted(megc2019_root):
    edit_table(megc2019_root, "samm,007,007_6_1,1,,007_007_6_1.jpg,\n", "")
    source = Megc2019(megc2019_root)
    source.sequences()
    (problem,) = source.problems
    assert problem.key is None and "1 flow images are in no row: 007_007_6_1" in problem.what


def test_missing_column_names_it(megc2019_root):
    edit_table(megc2019_root, "label", "emotion")
    with pytest.raises(BadData, match="row 1: no column label; columns found: dataset, sub"):
        Megc2019(megc2019_root).sequences()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00garbage"])
def test_unreadable_table(megc2019_root, content):
    (megc2019_root / TABLE).write_bytes(content)
    with pytest.raises(BadData, match=TABLE):
        Megc2019(megc2019_root).sequences()


def test_missing_table_folder_and_images(megc2019_root, tmp_path):
    with pytest.raises(SourceMissing, match="no folder .*fetch megc2019"):
        Megc2019(tmp_path / "nowhere")
    for image in (megc2019_root / "datasets" / FLOWS).iterdir():
        image.unlink()
    with pytest.raises(SourceMissing, match="no flow images"):
        Megc2019(megc2019_root)
    (megc2019_root / TABLE).unlink()
    with pytest.raises(SourceMissing, match=f"no table {TABLE}"):
        Megc2019(megc2019_root)


@pytest.mark.skipif(not os.environ.get("MER_MEGC2019"), reason="MER_MEGC2019 is not set")
def test_the_real_flows():
    source = open_source("megc2019")
    sequences = source.sequences()
    assert source.problems == []
    expected = {
        "casme2": (24, (88, 32, 25)),
        "smic": (16, (70, 51, 43)),
        "samm": (28, (92, 26, 15)),
    }
    for database in {s.database for s in sequences}:
        own = [s for s in sequences if s.database == database]
        classes = Counter(s.emotion for s in own)
        counted = (len({s.subject for s in own}), tuple(classes[c] for c in source.classes))
        assert counted == expected[database]
    flows = np.stack([source.flow(s) for s in sequences])
    assert flows.min() == 0 and flows.max() == 1
    assert len(sequences) in (309, 442)
