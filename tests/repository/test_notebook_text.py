"""What counts as a notebook's text, for the test that looks for this machine's paths in it."""

import base64

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from support.notebooks import said

# No image is needed: a picture is whatever its bytes are, and these spell a path in base64.
PICTURE = base64.b64encode(base64.b64decode("abc/root/abc")).decode()


def executed(*outputs, source="draw()"):
    return new_notebook(cells=[new_code_cell(source, outputs=list(outputs))])


@pytest.mark.parametrize(
    "data",
    [
        {"image/png": PICTURE, "text/plain": "<Figure>"},
        {"text/html": f'<img src="data:image/gif;base64,{PICTURE}" alt="clip">'},
    ],
)
def test_a_picture_is_no_text(data):
    assert "/root" in str(data)
    assert "/root" not in said(executed(new_output("display_data", data)))


@pytest.mark.parametrize(
    "output",
    [
        new_output("stream", text="kept in /root/run"),
        new_output("stream", name="stderr", text="/root/a.py:3: UserWarning: no"),
        new_output("display_data", {"text/plain": "PosixPath('/root/run')"}),
        new_output("execute_result", {"text/html": "<td>/root/run</td>", "image/png": PICTURE}),
        new_output("display_data", {"application/json": {"where": "/root/run"}}),
        new_output("error", ename="OSError", evalue="/root/run", traceback=[]),
        new_output("error", ename="OSError", evalue="", traceback=["File /root/run"]),
    ],
)
def test_a_path_in_an_output_is_found(output):
    assert "/root" in said(executed(output))


def test_a_path_in_a_cell_is_found():
    assert "/root" in said(executed(source="open('/root/a')"))
