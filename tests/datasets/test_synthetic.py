"""Synthetic people that are not there: the error says how to build those that are asked for."""

import pytest

from mer.core.errors import SourceMissing
from mer.datasets import open_source
from mer.study.run import Run


def test_the_remedy_names_the_people_that_are_asked_for(monkeypatch, tmp_path):
    told = "mer people --profile smoke --seed 3"
    with pytest.raises(SourceMissing, match=told):
        open_source("synthetic", tmp_path / "nowhere", profile="smoke", seed=3)
    monkeypatch.setenv("MER_SYNTHETIC", str(tmp_path / "nowhere"))
    with pytest.raises(SourceMissing, match=told):
        Run("01_data_cleanup", "synthetic", "smoke", 3, tmp_path).source


def test_a_folder_without_a_table_says_so_with_the_same_remedy(tmp_path):
    with pytest.raises(SourceMissing, match="no coding table.*--profile full --seed 1"):
        open_source("synthetic", tmp_path, profile="full", seed=1)


def test_without_a_wish_the_people_of_quick_are_meant(tmp_path):
    with pytest.raises(SourceMissing, match="--profile quick --seed 0"):
        open_source("synthetic", tmp_path / "nowhere")
