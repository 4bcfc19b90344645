"""The inputs of a run: from its folder, in the order of the pairs, or a word on what is missing."""

from dataclasses import asdict
from types import SimpleNamespace

import cv2
import numpy as np
import pandas as pd
import pytest
import torch

from mer.core.errors import BadData, MerError
from mer.datasets.base import Sequence
from mer.datasets.index import save_index
from mer.learning import inputs
from mer.learning.loading import load_inputs
from mer.preprocessing import flow
from mer.preprocessing.pairs import Pair
from mer.study.run import Run

CLASSES = ("disgust", "happiness")


def write_run(folder):
    """A run that has come as far as notebook 03: it, its apex faces and its flows, by key. The
    pairs do not stand in the order of the index, which holds a dropped row besides."""
    rng = np.random.default_rng(0)
    listed = [
        Sequence("made-up", f"sub{i % 3:02d}", f"EP{i:02d}", CLASSES[i % 2]) for i in range(3)
    ]
    listed.append(Sequence("made-up", "s", "x", "fear", kept=False, reason="no class"))
    save_index(listed, folder / "index.csv")
    made = [
        Pair(s.subject, s.name, s.emotion, 1, 5, "annotation", 5, 5, 0, 0, 90, True)
        for s in listed[2::-1]
    ]
    (folder / "pairs").mkdir()
    pd.DataFrame(map(asdict, made)).to_csv(folder / "pairs/pairs.csv", index=False)
    faces, fields = {}, {}
    for pair in made:
        for kind in ("onset", "apex"):
            faces[pair.key] = rng.integers(0, 256, (90, 90, 3), dtype=np.uint8)
            cv2.imwrite(str(folder / f"pairs/{pair.key}_{kind}.png"), faces[pair.key])
        fields[pair.key] = rng.normal(size=(90, 90, 3)).astype(np.float32)
        flow.save(folder / f"flow/{pair.key}.npz", fields[pair.key], flow.DEFAULT)
    run = Run("06_flow_cnn", "synthetic", "smoke", 0, folder)
    run.source = SimpleNamespace(classes=CLASSES)
    return run, faces, fields


def test_inputs_of_a_run_come_from_its_folder(tmp_path):
    run, faces, fields = write_run(tmp_path)
    size = run.profile.size
    apex, motion = (load_inputs(run, kind) for kind in ("apex", "flow"))
    assert [s.key for s in apex.sequences] == list(faces), "in the order of the pairs"
    named = apex.sequences
    assert torch.equal(apex.x, inputs.apex_inputs(list(faces.values()), named, CLASSES, size).x)
    assert torch.equal(motion.x, inputs.flow_inputs(list(fields.values()), named, CLASSES, size).x)
    assert apex.kind == "apex" and motion.kind == "flow" and motion.classes == CLASSES
    assert load_inputs(run, "flow", 8).size == 8


def test_inputs_of_an_unfinished_run_say_what_to_do(tmp_path):
    run, faces, _ = write_run(tmp_path)
    with pytest.raises(MerError, match="unknown kind of inputs 'face'; choose apex or flow"):
        load_inputs(run, "face")
    first = next(iter(faces))
    run.needs("flow").joinpath(f"{first}.npz").unlink()
    with pytest.raises(BadData, match=rf"{first}\.npz.*notebook 03"):
        load_inputs(run, "flow")
    run.needs("pairs").joinpath(f"{first}_apex.png").unlink()
    with pytest.raises(BadData, match=rf"{first}_apex\.png"):
        load_inputs(run, "apex")
    table = run.needs("index.csv")
    header, _, rest = table.read_text().split("\n", 2)
    table.write_text(f"{header}\n{rest}")
    with pytest.raises(BadData, match="not in the index any more. Run notebook 02 again"):
        load_inputs(run, "flow")
    table.unlink()
    with pytest.raises(MerError, match="run notebook 01_data_cleanup first"):
        load_inputs(run, "flow")
