"""Importing any part of mer changes nothing for the program around it."""

import subprocess
import sys

import pytest

STATE = """
import importlib, pkgutil, sys
import cv2, torch
cv2.setNumThreads(2), torch.set_num_threads(2)

def state():
    return (cv2.getNumThreads(), torch.get_num_threads(), torch.initial_seed(),
            torch.are_deterministic_algorithms_enabled(), torch.library.register_fake,
            [finder for finder in sys.meta_path if type(finder).__module__.startswith("mer")])

before = state()
import mer
names = [found.name for found in pkgutil.walk_packages(mer.__path__, "mer.")]
for name in names:
    importlib.import_module(name)
print(len(names) > 100, state() == before)
"""


@pytest.mark.slow
def test_importing_every_module_changes_nothing():
    done = subprocess.run([sys.executable, "-c", STATE], capture_output=True, text=True)
    assert done.stdout.split() == ["True", "True"], done.stdout + done.stderr
