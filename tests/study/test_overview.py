"""The page that a reader of a run starts from."""

from mer.study.overview import write_index


def test_index_shows_intervals_and_escapes(tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures/00_first-flow-field.png").write_bytes(b"")
    record = {
        "parameters": {"source": "casme2", "profile": "quick", "seed": 1},
        "commit": None,
        "dirty": None,
        "written": "2030-02-03T04:05:06+00:00",
        "seconds": 600.0,
        "python": "3",
        "packages": {},
        "machine": {"processor": "p", "cores": 2, "accelerator": None},
        "notebooks": [
            {
                "name": "00_first",
                "title": "A & B",
                "question": "",
                "reason": "",
                "status": "done",
                "seconds": 600.0,
            }
        ],
    }
    row = {
        "notebook": "00_first",
        "source": "casme2",
        "model": "<m>",
        "protocol": "loso",
        "n": 7,
        "seeds": 1,
    }
    write_index(
        tmp_path,
        record,
        [
            {**row, "metric": "uf1", "value": 0.5, "low": 0.25, "high": 0.75},
            {**row, "metric": "uar", "value": float("nan"), "low": None, "high": None},
            {**row, "metric": "kept", "value": 309.0, "low": None, "high": None},
            {**row, "metric": "seconds", "value": 12.0, "low": None, "high": None},
        ],
    )
    text = (tmp_path / "index.html").read_text()
    assert "[0.250, 0.750]" in text and "left:25.0%;width:50.0%" in text
    assert '<td data-label="UAR">–</td>' in text and ">309</td>" in text
    assert "&lt;m&gt;" in text and "A &amp; B" in text and "12.0" not in text
    assert "3 February 2030" in text and "10.0 min" in text
    assert 'src="figures/00_first-flow-field.png"' in text and "00 · flow field" in text


def _index(folder, records):
    """The index page of a run whose two finished notebooks left `records`."""
    entries = [
        {
            "name": name,
            "title": name,
            "question": "",
            "reason": "",
            "status": "done",
            "seconds": 1.0,
        }
        for name in ("00_first", "01_second")
    ]
    write_index(
        folder,
        {
            "parameters": {"source": "casme2", "profile": "quick", "seed": 1},
            "commit": None,
            "dirty": None,
            "written": "2030-02-03T04:05:06+00:00",
            "seconds": 1.0,
            "python": "3",
            "packages": {},
            "notebooks": entries,
            "machine": {"processor": "p", "cores": 2, "accelerator": None},
        },
        records,
    )
    return (folder / "index.html").read_text()


def _result(notebook, model, value):
    return {
        "notebook": notebook,
        "source": "casme2",
        "model": model,
        "protocol": "loso",
        "n": 7,
        "seeds": 1,
        "metric": "uar",
        "value": value,
        "low": None,
        "high": None,
    }


def test_index_shows_a_result_once(tmp_path):
    text = _index(
        tmp_path,
        [
            _result("00_first", "apex", 0.25),
            _result("01_second", "apex", 0.25),
            _result("01_second", "both", 0.75),
        ],
    )
    assert text.count(">0.250<") == 1 and text.count(">0.750<") == 1
    assert text.count("1 result on casme2") == 2 and "earlier notebook" in text


def test_index_folds_many_results(tmp_path):
    many = [_result("01_second", f"model {i}", 0.5) for i in range(9)]
    text = _index(tmp_path, [_result("00_first", "apex", 0.25), *many])
    assert "<details open><summary>1 result on casme2" in text
    assert "<details><summary>9 results on casme2" in text
