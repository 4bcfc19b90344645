"""The report of a video: its figures, its files, its picture and its annotated copy."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from support.demo_film import StubRecogniser, bump, film, frame, write_video

from mer.__main__ import main
from mer.core.errors import MerError
from mer.core.style import emoji
from mer.datasets.takes import Take, TakeEvent
from mer.video.annotate import annotate
from mer.video.classes import NEUTRAL
from mer.video.export import export, run, text
from mer.video.figures import beside_truth, timeline
from mer.video.reading import SAMPLE, Video
from mer.video.report import Event, Report, Spell


def event(emotion, onset, offset, confidence=0.8):
    return Event(
        emotion,
        onset,
        (onset + offset) / 2,
        offset,
        confidence,
        {NEUTRAL: 1 - confidence, emotion: confidence},
        np.full((128, 128, 3), 90, np.uint8),
        np.ones((64, 64, 3), np.float32),
    )


def trace(seconds):
    return np.array(
        [(time, abs(np.sin(time)), 100, 80, 300, 0) for time in np.arange(0, seconds, 0.05)],
        np.float32,
    )


@pytest.fixture
def report():
    events = (
        event("happiness", 1.0, 1.4),
        event("disgust", 3.0, 4.5, 0.6),
        event("happiness", 6.0, 6.2),
    )
    return Report(events, 10.0, 300, 30.0, ("A note.",), trace(10.0))


def test_the_figures_of_a_report(report):
    assert report.changes == 3 and report.micro == 2 and report.share == 2 / 3
    assert report.events[0].micro and not report.events[1].micro
    seconds = report.seconds_by_emotion()
    assert list(seconds) == [NEUTRAL, "disgust", "happiness"]
    assert seconds["disgust"] == 1.5 and seconds["happiness"] == pytest.approx(0.6)
    assert sum(seconds.values()) == pytest.approx(10.0)
    log = report.log()
    assert list(log.columns) == ["emoji", "emotion", "onset", "duration", "confidence"]
    assert log.iloc[1].tolist() == [emoji("disgust"), "disgust", 3.0, 1.5, 0.6]


def test_half_a_second_is_no_micro_expression():
    assert event("sadness", 0.0, 0.499).micro and not event("sadness", 0.0, 0.5).micro


def test_a_report_without_an_event(tmp_path):
    empty = Report((), 0.0, 0, float("nan"))
    assert empty.share == 0 and empty.log().empty and empty.summary()["fps"] is None
    files = export(empty, tmp_path)
    assert json.loads(files[1].read_text(encoding="utf-8"))["events"] == []
    assert "Expressions: 0" in text(empty)


def test_export_writes_what_was_found(report, tmp_path):
    table, numbers, picture = export(report, tmp_path / "new" / "folder")
    assert [path.name for path in (table, numbers, picture)] == [
        "log.csv",
        "report.json",
        "timeline.png",
    ]
    pd.testing.assert_frame_equal(pd.read_csv(table), report.log())
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    found = json.loads(numbers.read_text(encoding="utf-8"))
    assert found["changes"] == 3 and found["micro_expressions"] == 2
    assert found["notes"] == ["A note."]
    times = [found["events"][1][name] for name in ("onset", "apex", "offset", "duration")]
    assert times == [3.0, 3.75, 4.5, 1.5]
    assert cv2.imread(str(picture)).std() > 5
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == [
        "log.csv",
        "report.json",
        "timeline.png",
    ]


def test_a_folder_that_is_a_file_is_an_error(report, tmp_path):
    (tmp_path / "taken").write_text("here")
    with pytest.raises(OSError):
        export(report, tmp_path / "taken")


def test_no_certainty_is_told_beyond_what_was_tested():
    sure = Report((event("disgust", 1.0, 1.2, 1.0),), 5.0, 150, 30.0, trace=trace(5.0))
    assert sure.log().confidence.tolist() == [0.99]
    (row,) = sure.summary()["events"]
    assert row["confidence"] == 0.99 and max(row["probabilities"].values()) == 0.99
    assert text(sure).splitlines()[-1].endswith(" 0.99")


def test_states_are_told_everywhere(report):
    spells = (Spell("speaking", 4.6, 5.8), Spell("covered", 7.0, 8.0))
    told = replace(report, states=spells)
    assert "speaking: 4.6 to 5.8 s" in text(told)
    assert told.summary()["states"][1] == {"state": "covered", "onset": 7.0, "offset": 8.0}
    figure = timeline(told)
    names = [words.get_text() for words in figure.axes[0].get_legend().get_texts()]
    assert names == ["speaking", "covered", "happiness", "disgust"]
    plt.close(figure)


def test_the_legend_leaves_the_title_free():
    words = ("happiness", "disgust", "surprise", "sadness", "repression")
    events = tuple(event(word, n + 0.5, n + 0.8) for n, word in enumerate(words))
    figure = timeline(Report(events, 6.0, 180, 30.0, trace=trace(6.0)))
    figure.canvas.draw()
    axis = figure.axes[0]
    title, legend = axis.title.get_window_extent(), axis.get_legend().get_window_extent()
    assert not title.overlaps(legend) and not axis.bbox.shrunk(0.99, 0.99).overlaps(legend)
    assert legend.x1 <= figure.bbox.x1
    plt.close(figure)


def test_the_timeline_shows_every_event_and_their_motion(report):
    figure = timeline(report)
    top, below = figure.axes
    assert len(top.patches) == 3 and "Expressions: 3, of them micro: 2" in top.get_title()
    key = ["up", "down", "left", "right"]  # which colour is which way
    assert [words.get_text() for words in below.texts] == key + [  # each face at its apex
        f"{one.emotion}\n{one.apex:.1f} s" for one in report.events
    ]
    assert below.images[0].get_array().shape[:2] == (112, (3 + 1) * 56)
    plt.close(figure)


def test_what_was_found_stands_beside_what_is_true(report):
    acted = [
        TakeEvent(kind, emotion, "12", 0, 0, 0, (at, at + 0.2, at + 0.4), 1.0)
        for kind, emotion, at in (("micro", "happiness", 1.0), ("blink", "", 5.0))
    ]
    figure = beside_truth(
        report, Take("a", Path("a.webm"), "sub01", 0, 30.0, 300, (640, 480), False, tuple(acted))
    )
    (axis,) = figure.axes
    assert len(axis.patches) == 5 and axis.get_xlim() == (0, 10)
    assert [words.get_text() for words in axis.texts].count("happiness") == 3
    plt.close(figure)


def test_the_annotated_copy_plays_at_its_own_speed_and_shows_the_face(report, tmp_path):
    path = write_video(tmp_path / "in.mkv", (frame(number=n) for n in range(45)), 30.0)
    out = annotate(path, report, tmp_path / "out.avi")
    assert out.name == "out.mkv"
    with Video(out) as video:
        frames = [picture for picture, _ in video]
    assert len(frames) == 45 and frames[0].shape == (480, 640, 3)
    assert frames[10][80, 150:350].mean() > 180  # the upper edge of the face's square
    during, before = frames[36].astype(int), frames[10].astype(int)
    assert np.abs(during - before)[:45, :300].max() > 100  # other words, in another colour


def test_the_annotated_copy_marks_micro_expressions_and_states(tmp_path):
    path = write_video(tmp_path / "in.mkv", (frame(number=n) for n in range(60)), 30.0)
    quick = (event("happiness", 0.2, 0.5),)
    slow = (event("happiness", 0.2, 0.9),)
    told = {"micro": quick, "macro": slow, "state": ()}
    kept = {}
    for name, events in told.items():
        spells = (Spell("speaking", 1.2, 1.6),) if name == "state" else ()
        found = Report(events, 2.0, 60, 30.0, trace=trace(2.0), states=spells)
        with Video(annotate(path, found, tmp_path / f"{name}.mkv")) as video:
            kept[name] = [picture.astype(int) for picture, _ in video]
    micro, macro, state = kept.values()
    second_line = np.s_[45:75, :280]
    assert np.abs(micro[10] - macro[10])[second_line].max() > 100, "micro-expression is written"
    assert np.abs(micro[18] - macro[18])[second_line].max() < 60, "and only while it lasts"
    edge = np.s_[467:470, 70:150]
    assert micro[40][edge].mean() > macro[40][edge].mean() + 50, "a white edge on the bar"
    assert np.abs(state[42] - state[30])[10:45, :200].max() > 100, "speaking is written"


def test_a_fast_recording_is_thinned_not_slowed(tmp_path):
    path = write_video(tmp_path / "fast.mkv", (frame(number=n) for n in range(40)), 200.0)
    out = annotate(path, Report((), 0.2, 40, 200.0), tmp_path / "out.mkv")
    with Video(out) as video:
        times = [time for _, time in video]
    assert 11 <= len(times) <= 14 and abs(times[-1] - 0.195) < 0.03


@pytest.fixture(scope="module")
def smiling(tmp_path_factory):
    return write_video(
        tmp_path_factory.mktemp("video") / "smile.mkv",
        (p for p, _ in film(1.6, 30, lambda t: bump(t, 0.6, 0.4, 5))),
    )


def test_the_command_prints_the_log_and_writes_four_files(smiling, tmp_path, capsys):
    run([smiling], StubRecogniser(), tmp_path, quiet=True)
    said = capsys.readouterr().out
    assert "Expressions: 1, of them micro-expressions: 1 (100%)" in said and "happiness" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "annotated.mkv",
        "log.csv",
        "report.json",
        "timeline.png",
    ]


def test_a_folder_that_cannot_be_is_told_before_the_video_is_read(smiling, tmp_path):
    (tmp_path / "file").write_text("in the way")
    recogniser = StubRecogniser()
    with pytest.raises(MerError, match="--out .*file: no folder .*Choose another"):
        run([smiling], recogniser, tmp_path / "file", quiet=True)
    assert recogniser.asked == 0


def test_without_a_folder_nothing_is_written(smiling, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run([smiling], StubRecogniser(), quiet=True)
    assert list(tmp_path.iterdir()) == [] and "Written" not in capsys.readouterr().out


def test_the_command_line_names_a_missing_video(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("mer.video.recogniser.Recogniser.load", StubRecogniser)
    assert main(["analyse", str(tmp_path / "none.mp4")]) == 1
    assert "none.mp4: no such file" in capsys.readouterr().err


def test_the_command_line_reads_the_sample_that_comes_with_mer(capsys, monkeypatch):
    asked = []
    monkeypatch.setattr("mer.video.export.run", lambda videos, *_: asked.extend(videos))
    assert main(["analyse", "--sample"]) == 0
    assert asked == [SAMPLE] and SAMPLE.is_file()


def test_a_folder_gives_one_table_for_all(smiling, tmp_path, capsys):
    films = tmp_path / "films"
    for name in ("a.mkv", "deeper/a.mkv"):
        (films / name).parent.mkdir(exist_ok=True, parents=True)
        shutil.copy(smiling, films / name)
    (films / "notes.txt").write_text("no video")
    table = run([films], StubRecogniser(), tmp_path / "out", quiet=True)
    assert table.video.tolist() == ["a", "a-2"] and set(table.emotion) == {"happiness"}
    said = capsys.readouterr().out
    assert "All that were read: 2 videos, 2 expressions." in said
    kept = pd.read_csv(tmp_path / "out" / "log.csv")
    assert list(kept.columns[:3]) == ["video", "emoji", "emotion"] and len(kept) == 2
    for name in ("a", "a-2"):
        assert (tmp_path / "out" / name / "annotated.mkv").is_file()


def test_a_video_that_cannot_be_read_does_not_stop_the_others(smiling, tmp_path, capsys):
    letter = tmp_path / "letter.mp4"
    letter.write_text("no video")
    with pytest.raises(MerError, match=r"1 of 2 not read:\n.*letter\.mp4: not a video"):
        run([letter, smiling, smiling], StubRecogniser(), quiet=True)
    assert "All that were read: 1 videos, 1 expressions" in capsys.readouterr().out


def test_several_videos_in_which_nothing_is_found(tmp_path, capsys):
    films = [write_video(tmp_path / f"{n}.mkv", (frame(number=k) for k in range(30))) for n in "ab"]
    table = run(films, StubRecogniser(), tmp_path / "out", quiet=True)
    assert len(table) == 0 and "2 videos, 0 expressions" in capsys.readouterr().out
    assert pd.read_csv(tmp_path / "out" / "log.csv").empty


@pytest.mark.parametrize(
    "arguments, words",
    [
        ([], "name videos or folders of them"),
        (["film.mp4", "--sample"], "or give --sample alone"),
        (["film.mp4", "--shapes"], "unrecognized arguments: --shapes"),
    ],
)
def test_a_wrong_argument_shows_the_usage_of_the_command(capsys, arguments, words):
    with pytest.raises(SystemExit) as ended:
        main(["analyse", *arguments])
    said = capsys.readouterr().err
    assert ended.value.code == 2 and words in said and "mer analyse [-h]" in said
