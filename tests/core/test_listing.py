import functools
import json
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

import mer
from mer.core.errors import MerError
from mer.core.listing import highlighted, listing
from mer.core.paths import PACKAGE
from mer.evaluation import metrics, records
from mer.evaluation.metrics import interval


def test_a_function_is_printed_as_it_stands_in_its_file(capsys):
    mer.show(interval)
    head, *body = capsys.readouterr().out.splitlines()
    file, line = re.fullmatch(r"# (mer/evaluation/metrics\.py), line (\d+)", head).groups()
    there = (PACKAGE.parent / file).read_text().splitlines()
    first = int(line) - 1
    assert body == there[first : first + len(body)]
    assert body[0].startswith("def interval(") and body[-1].endswith("float(high)")


@pytest.mark.parametrize(
    "thing, where, first",
    [
        (records.Record, "# mer/evaluation/records.py, line ", "@dataclass(frozen=True"),
        (records.Record.verdict, "# mer/evaluation/records.py, line ", "def verdict("),
        (metrics, "# mer/evaluation/metrics.py, line 1", '"""Accuracy, UF1, UAR'),
        (functools.cache(interval), "# mer/evaluation/metrics.py, line ", "def interval("),
        (plt.subplots, "# matplotlib.pyplot, line ", "def subplots("),
    ],
)
def test_classes_methods_modules_and_what_is_wrapped(thing, where, first):
    head, body = listing(thing).split("\n", 1)
    assert head.startswith(where) and body.startswith(first)


@pytest.mark.parametrize("thing, called", [(3.5, "3.5"), (len, "len"), (np.add, "add")])
def test_what_has_no_source_is_named(thing, called):
    with pytest.raises(MerError, match=f"show: .*{called}.* has no Python source.*Give a function"):
        mer.show(thing)


def test_the_page_is_whole_and_fetches_nothing():
    text = 'def less(a, b):\n    return a < b  # "why"'
    page = highlighted(text)
    assert '<span class="k">def</span>' in page and "&lt;" in page
    assert "monospace" in page  # what Jupyter shows as HTML is proportional
    assert "http" not in page and "<script" not in page and "<link" not in page
    shown = re.sub(r"<style>.*?</style>|<[^>]+>", "", page, flags=re.S)
    assert shown.strip().replace("&lt;", "<").replace("&quot;", '"') == text


@pytest.mark.slow
def test_a_notebook_shows_it_highlighted_and_a_terminal_plain(tmp_path):
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell, new_notebook

    code = "import mer\nfrom mer.evaluation.metrics import interval\nmer.show(interval)"
    ran = NotebookClient(new_notebook(cells=[new_code_cell(code)])).execute()
    (output,) = ran.cells[0].outputs
    assert output.output_type == "display_data"
    assert 'class="highlight mer-source"' in output.data["text/html"]
    assert output.data["text/plain"] == listing(interval)
    assert str(PACKAGE.parent) not in json.dumps(output)
