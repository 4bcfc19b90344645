"""Code and notebooks are in order: ruff's rules, its format, and no outputs in notebooks."""

import subprocess
import sys

import pytest

from mer.core.paths import checkout

TOOLS = {
    "rules": ["ruff", "check", "--quiet"],
    "format": ["ruff", "format", "--check", "--quiet"],
    "outputs": ["nbstripout", "--keep-id", "--verify"],
}
ASTRAY = {
    "rules": ("a.py", "import os\n"),
    "format": ("a.py", "x = [1,2]\n"),
    "outputs": (
        "a.ipynb",
        (
            '{"cells": [{"cell_type": "code", "execution_count": 1, "id": "a", "metadata": {},'
            ' "outputs": [], "source": []}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
        ),
    ),
}


def kept(tool, *paths):
    """Whether a tool is content with these files."""
    command = [sys.executable, "-m", *TOOLS[tool], *map(str, paths)]
    return subprocess.run(command, cwd=checkout(), capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("tool", TOOLS)
def test_the_checkout_is_in_order(tool):
    notebooks = [*checkout().glob("notebooks/*.ipynb"), *checkout().glob("notebooks/*s/*.ipynb")]
    assert kept(tool, *(notebooks if tool == "outputs" else ["."]))


@pytest.mark.parametrize("tool", TOOLS)
def test_what_is_astray_is_seen(tool, tmp_path):
    name, content = ASTRAY[tool]
    (tmp_path / name).write_text(content)
    assert not kept(tool, tmp_path / name)
