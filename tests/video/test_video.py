"""What `mer.video` shows to a program: loaded when it is asked for, and there wherever mer is."""

import subprocess
import sys

import pytest

import mer.video


def test_every_name_is_there_and_others_are_not():
    assert {"Recogniser", "analyse", "SAMPLE"} <= set(mer.video.__all__)
    for name in mer.video.__all__:
        assert getattr(mer.video, name) is not None and name in dir(mer.video)
    with pytest.raises(AttributeError, match="'mer.video' has no attribute 'Reader'"):
        getattr(mer.video, "Reader")  # noqa: B009


def test_importing_it_loads_nothing_heavy():
    check = (
        "import sys, mer.video\n"
        "print([name for name in ('torch', 'cv2', 'pandas', 'ipywidgets') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_reading_a_video_needs_no_widgets_and_no_renderer():
    """What a plain installation lacks, the page's and the people's libraries, is not imported."""
    check = (
        "import sys\n"
        "lacking = ('anny', 'embreex', 'numba', 'ipywidgets', 'anywidget', 'voila', 'papermill')\n"
        "sys.modules.update(dict.fromkeys(lacking))\n"  # importing one of them is an error now
        "from mer.video import SAMPLE, Recogniser, analyse\n"
        "from mer.video import annotate, export\n"
        "assert SAMPLE.is_file() and Recogniser.load().classes[0] == 'neutral'"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
