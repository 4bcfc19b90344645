"""The page without a browser: what every message of one does, and what the panels show."""

import asyncio
import base64
import csv
import io
import json
import re
from dataclasses import replace
from itertools import count
from types import SimpleNamespace

import pytest
from support import scripted
from support.demo_film import StubRecogniser
from support.scripted import jpeg

from mer.preprocessing.faces import Box
from mer.video.page import Demo, panels, show
from mer.video.page.session import engine
from mer.video.page.translations import say
from mer.video.page.uploads import UPLOAD_LIMIT
from mer.video.reading import Video
from mer.video.report import Report, Spell, State


@pytest.fixture
def demo(monkeypatch):
    """A page whose clock is a second later whenever it looks: everything is drawn at once."""
    monkeypatch.setattr("mer.video.page.page.time", SimpleNamespace(monotonic=count().__next__))
    demo = Demo(scripted.engine())
    demo.sent = []
    demo.layout.screen.send = lambda content, buffers=(): demo.sent.append((content, list(buffers)))
    return demo


def says(demo):
    return re.sub("<[^>]+>", "", demo.layout.panels["message"].value)


def heard(demo, kind, buffers=(), **facts):
    demo.hear({"kind": kind, **facts}, list(buffers))


def live(demo, frames=40):
    demo.press_camera()
    heard(demo, "camera", width=64, height=48, rate=30)
    for number in range(frames):
        heard(demo, "frame", [jpeg()], time=number / 30, presented=number + 1, visit=1)


def test_the_page_begins_with_what_can_be_done(demo):
    assert says(demo) == say("en", "ready")
    assert not demo.layout.buttons["camera"].disabled and demo.layout.buttons["stop"].disabled
    assert "500 MB" in demo.layout.screen.words["choose"]


def test_live_frames_fill_the_log_and_are_answered_one_by_one(demo):
    live(demo)
    answers = [content for content, _ in demo.sent if content["kind"] == "answer"]
    assert len(answers) == 40 and {answer["visit"] for answer in answers} == {1}
    assert answers[0]["box"] == pytest.approx([18 / 64, 9 / 64, 28 / 64])
    assert "happiness" in answers[12]["word"] and "neutral" in answers[0]["word"]
    assert 'data-emotion="happiness" data-onset="0.300"' in demo.layout.panels["log"].value
    assert "40 frames read, 0 missed, 30 a second" in says(demo)
    demo.press_stop()
    assert says(demo) == say("en", "stopped") and "data-emotion" in demo.layout.panels["log"].value
    demo.press_clear()
    assert "data-emotion" not in demo.layout.panels["log"].value


def test_what_is_said_is_what_is_seen(demo):
    """The page draws first: a browser that reads the message finds the log as it says."""
    live(demo)
    seen = {}
    tell = demo.tell

    def telling(key, *options, **facts):
        seen[key] = "data-emotion" in demo.layout.panels["log"].value
        tell(key, *options, **facts)

    demo.tell = telling
    demo.press_stop()
    demo.press_clear()
    demo.sample = None
    demo.layout.buttons["sample"].click()  # an error of the page's own
    assert seen == {"stopped": True, "cleared": False, "broken": False}


def test_an_analyser_that_fails_is_told_and_the_frame_is_answered(demo, monkeypatch):
    live(demo, 2)
    with monkeypatch.context() as broken:
        broken.setattr(scripted.Analyser, "push", lambda *unused: 1 / 0)
        heard(demo, "frame", [jpeg()], time=9.0, presented=99, visit=1)
    assert "ZeroDivisionError" in says(demo) and demo.layout.screen.on is False
    assert demo.sent[-1][0]["kind"] == "answer"
    live(demo)
    assert "40 frames read" in says(demo), "the page still works"


@pytest.mark.parametrize(
    "reason, text",
    [
        ("NotAllowedError", "may not use the camera"),
        ("NotFoundError", "No camera was found"),
        ("NotReadableError", "another program"),
        ("unplugged", "has gone"),
        ("insecure", "127.0.0.1"),
        ("old", "newer one"),
        ("AbortError", "did not start (AbortError)"),
    ],
)
def test_a_camera_that_fails_is_explained(demo, reason, text):
    live(demo)
    heard(demo, "failed", reason=reason)
    assert text in says(demo) and "mer-bad" in demo.layout.panels["message"].value
    assert demo.session.report.changes == 1, "what was found stays"
    assert not demo.layout.buttons["camera"].disabled


def test_an_upload_past_the_limit_is_refused_in_words(demo):
    heard(demo, "refused", name="film.mp4", size=UPLOAD_LIMIT * 2)
    assert "film.mp4 has 1000 MB, and this page takes up to 500" in says(demo)
    heard(demo, "begin", name="film.mp4", size=UPLOAD_LIMIT * 2)  # a browser that does not ask
    assert "1000 MB" in says(demo)


async def over():
    """Wait until nothing is read any more."""
    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})


def uploaded(demo, content, name):
    async def run():
        heard(demo, "begin", name=name, size=len(content))
        while demo.sent[-1][0]["kind"] == "wanted":
            start = demo.sent[-1][0]["from"]
            heard(demo, "piece", [content[start : start + 10_000]], **{"from": start})
        await over()

    asyncio.run(run())


def test_an_upload_is_read_and_deleted(demo, video, monkeypatch):
    places, watch = [], demo.session.watch
    monkeypatch.setattr(
        demo.session, "watch", lambda path, *rest: watch(places.append(path) or path, *rest)
    )
    uploaded(demo, video.read_bytes(), "holiday.avi")
    assert "holiday.avi: 3.0 s read, 90 frames" in says(demo)
    assert demo.layout.panels["log"].value.count("data-emotion") == 3
    now = demo.layout.panels["now"].value
    assert "Latest" in now and "disgust" in now
    (place,) = places
    assert place.name == "video.avi" and not place.exists()


def test_what_is_no_video_is_told_by_its_name(demo):
    uploaded(demo, b"no video at all", "letter.txt")
    assert "letter.txt: not a video" in says(demo)


def test_the_sample_is_played_and_read(demo):
    async def run():
        demo.press_sample()
        await over()

    asyncio.run(run())
    assert demo.sent[0][0] == {"kind": "play", "type": "video/webm"}
    assert "Sample video:" in says(demo) and demo.layout.panels["downloads"].value


def test_the_sample_and_what_is_wrong_are_told_in_the_language_that_is_chosen_later(demo):
    demo.tell("done", name="sample_name", seconds=6.0, frames=180, rate=30.0)
    assert says(demo).startswith("Sample video: 6.0 s")
    demo.layout.tongue.value = "ko"
    assert says(demo).startswith("예제 동영상: 6.0초")
    demo.tell("bad_video", "bad", problem="film.mp4: the file is empty. Copy or record it again.")
    assert "film.mp4: 빈 파일입니다" in says(demo)


def test_a_missing_sample_is_told(demo, tmp_path):
    demo.sample = tmp_path / "none.webm"
    demo.layout.buttons["sample"].click()
    assert "none.webm" in says(demo)


def test_the_language_can_be_changed_at_any_time(demo):
    live(demo)
    demo.layout.tongue.value = "ko"
    assert "읽은 프레임 40개" in says(demo)
    assert "행복" in demo.layout.panels["log"].value
    assert "유럽연합" in demo.layout.panels["know"].value
    assert "카메라" in demo.layout.buttons["camera"].description
    assert "동영상을 선택" in demo.layout.screen.words["choose"]


def test_a_batch_run_waits_for_nobody():
    page = show(StubRecogniser(), batch=True).data
    assert "mer-still" in page and "data-emotion" in page and "<button" not in page


def offered(demo):
    return demo.layout.buttons["copy"].layout.display is None


def test_a_copy_of_the_sample_can_be_had(demo, tmp_path, monkeypatch):
    assert not offered(demo)
    monkeypatch.setattr("mer.video.page.copies.PIECE", 100_000)

    async def run():
        demo.press_sample()
        await over()
        assert offered(demo)
        demo.press_copy()
        await over()
        size = demo.sent[-1][0]["size"]
        assert demo.sent[-1][0]["name"] == "acted01-6s-30fps-annotated.mkv" and size > 100_000
        assert "Fetching acted01-6s-30fps-annotated.mkv" in says(demo)
        place, got = demo.files._copy.path, b""
        while len(got) < size:
            heard(demo, "more", **{"from": len(got)})
            assert len(demo.sent[-1][1][0]) <= 100_000
            got += demo.sent[-1][1][0]
        assert "is among your downloads" in says(demo) and not place.exists()
        heard(demo, "more", **{"from": 0})  # too late: nothing happens
        return got

    path = tmp_path / "copy.mkv"
    path.write_bytes(asyncio.run(run()))
    with Video(path) as video:
        assert len(list(video)) == 180


def test_for_a_copy_the_browser_is_asked_for_its_video_again(demo, video):
    content = video.read_bytes()
    uploaded(demo, content, "holiday.avi")
    log = demo.layout.panels["log"].value
    demo.press_copy()
    assert demo.sent[-1][0] == {"kind": "again"}

    async def run():
        heard(demo, "begin", name="holiday.avi", size=len(content), again=True)
        assert demo.sent[-1][0] == {"kind": "wanted", "from": 0}
        heard(demo, "piece", [content], **{"from": 0})
        await over()

    asyncio.run(run())
    assert demo.sent[-1][0]["name"] == "holiday-annotated.mkv"
    assert demo.layout.panels["log"].value == log, "what was found stays"
    demo.press_clear()
    assert demo.files._copy is None and not offered(demo)


def test_a_copy_that_is_stopped_leaves_nothing(demo, video):
    uploaded(demo, video.read_bytes(), "holiday.avi")

    async def run():
        task = asyncio.ensure_future(demo.files.draw(video, "holiday.avi"))
        await asyncio.sleep(0)
        place = demo.files._copy.path
        demo.press_stop()
        await task
        return place

    place = asyncio.run(run())
    assert says(demo) == say("en", "stopped") and not place.parent.exists()
    assert not any(message["kind"] == "copy" for message, _ in demo.sent)


def test_a_camera_leaves_no_video_to_copy(demo, video):
    uploaded(demo, video.read_bytes(), "holiday.avi")
    assert offered(demo)
    live(demo)
    demo.press_stop()
    assert not offered(demo)


# -- panels ------------------------------------------------------------------------------------


def report(count=3):
    return Report(tuple(scripted.event(number) for number in range(count)), count + 1.0, 120, 30.0)


def test_the_downloads_hold_the_whole_log():
    kinds = dict(
        re.findall(
            r'download="micro-expressions\.(\w+)" href="[^,]+,([^"]+)"',
            panels.downloads(report(150), "en"),
        )
    )
    rows = list(csv.DictReader(io.StringIO(base64.b64decode(kinds["csv"]).decode("utf-8-sig"))))
    assert len(rows) == 150 and rows[0]["emotion"] == "happiness"
    assert len(json.loads(base64.b64decode(kinds["json"]))["events"]) == 150
    assert panels.downloads(report(0), "en") == ""


def test_notes_stand_on_the_page_in_both_languages():
    told = Report((), 5.0, 150, 30.0, ("Several faces were seen; the largest was followed.",))
    assert "Several faces were seen" in panels.statistics(told, "en")
    assert "가장 큰 얼굴을 따라갔습니다" in panels.statistics(told, "ko")
    state = State(0.0, None, "neutral", {}, note="The face is small. Come nearer.")
    assert "Come nearer" in panels.now(state, (), "en")
    assert "더 가까이" in panels.now(state, (), "ko")


def test_other_states_are_shown_in_both_languages():
    told = replace(report(), states=(Spell("speaking", 0.7, 0.9), Spell("covered", 1.7, 1.9)))
    for language, words in (("en", ("speaking", "covered")), ("ko", ("말하는 중", "가려짐"))):
        strip, figures = panels.moments(told, language), panels.statistics(told, language)
        assert all(word in strip and word in figures for word in words)
    assert 'data-state="turned away"' not in panels.moments(told, "en")
    alone = Report((), 3.0, 90, 30.0, states=(Spell("turned away", 0.0, 3.0),))
    assert "turned away" in panels.moments(alone, "en")
    assert "neutral" not in panels.statistics(alone, "en"), "nothing is left of it"


def test_micro_expressions_are_marked_in_the_strip_of_time():
    quick, slow = scripted.event(0), replace(scripted.event(1), offset=1.95)
    strip = panels.moments(Report((quick, slow), 3.0, 90, 30.0), "en")
    assert strip.count("mer-micro") == 1 and "happiness (micro)" in strip


def test_no_certainty_is_told_beyond_what_was_tested():
    sure = replace(
        scripted.event(0), confidence=1.0, probabilities={"neutral": 0.0, "happiness": 1.0}
    )
    told = Report((sure,), 2.0, 60, 30.0)
    for page in (panels.log(told, "en"), panels.now(None, told.events, "en")):
        assert "99%" in page
        assert ">100%<" not in page
    rest = State(0.0, Box(0, 0, 9), "neutral", {"neutral": 1.0, "happiness": 0.0})
    page = panels.now(rest, (), "en")
    assert "100%<" not in page and "the network is not asked" in page


def test_a_long_log_is_cut_and_says_so():
    page = panels.log(report(150), "en")
    assert page.count("data-emotion") == panels.LATEST
    assert "The latest 100 of 150" in page and 'data-onset="149.300"' in page


def test_what_comes_from_outside_cannot_become_markup():
    state = State(0.0, None, "neutral", {"neutral": 1.0}, note="<script>")
    page = panels.now(state, (), "en")
    assert "<script>" not in page
    assert "<i>" not in panels.message("<i>name</i>.mp4", "bad")
    assert "<b>Your pictures.</b>" in panels.know("en"), "the page's own texts may have markup"


def test_how_well_real_people_were_read_stands_on_the_page():
    card = {"real faces": "UF1 0.70 [0.62, 0.77], n = 309 of 40 people of somewhere; more"}
    recogniser = StubRecogniser()
    assert "a UF1 of 1" not in show(recogniser, batch=True).data, "nobody has measured that"
    recogniser.card = card
    assert "UF1 0.70 [0.62, 0.77], n = 309;" in show(recogniser, batch=True).data
    page = Demo(engine(recogniser))
    page.layout.tongue.value = "ko"
    assert "UF1 0.70 [0.62, 0.77], n = 309 (UF1" in page.layout.panels["know"].value
    recogniser.card = {"real faces": "not measured: the published flows were not there"}
    assert engine(recogniser).worth == ""


def test_nothing_found_is_a_page_too():
    empty = report(0)
    for language in ("en", "ko"):
        assert say(language, "nothing") in panels.page(empty, language)
        assert say(language, "waiting") in panels.now(None, (), language)
        assert say(language, "nothing") in panels.motion((), language)
