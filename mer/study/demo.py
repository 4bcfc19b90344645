"""What the READMEs say of the demo, from the files of `make demo-bars` and `make life-bars`.

Like the rows of the table (`mer.study.results`), nothing here types a number or a direction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mer.evaluation.records import interval_text

BARS, LIFE = "reports/demo_bars.json", "reports/life_bars.json"
_SETS = ("still", "all")  # of takes: those in which nothing is shown, and all of them once more


_SAID = {
    "en": {
        "row": "on takes of people that it never saw, spotting F1 {ours} and the emotion of what "
        "is spotted {emotion}; the earlier demo's rule {earlier} and {earlier_emotion}. Try it: "
        "`make app`",
        "takes": "{takes} takes of synthetic people, {true} expressions",
        "still": "in {minutes} minutes of still faces it found {found} (the earlier rule "
        "{earlier}), and in the {seconds:.0f} seconds of the others {false}",
        "good": "All of its bars hold there",
        "bad": "It is not good enough there yet: {held} of {bars} bars hold",
        "life": "{standing}. In {minutes} minutes in which all of that happens at once ({people} "
        "people, {true} expressions) F1 is {f1}, with {false} false events in five minutes, and "
        "the emotion of what it spots is right in {emotion}",
    },
    "ko": {
        "row": "본 적 없는 사람의 영상에서 구간 찾기 F1 {ours}, 찾은 것의 감정 {emotion}. 앞선 "
        "데모의 규칙은 {earlier}, {earlier_emotion}. 써 보기: `make app`",
        "takes": "합성 인물의 영상 {takes}개, 표정 {true}개",
        "still": "가만히 있는 얼굴 {minutes}분에서 {found}를 찾았고(앞선 규칙은 {earlier}개), "
        "나머지 {seconds:.0f}초에서 잘못 찾은 것은 {false}입니다",
        "good": "모든 기준을 지킵니다",
        "bad": "아직 쓸 만하지 않습니다. 기준 {bars}개 가운데 {held}개를 지킵니다",
        "life": "{standing}. 이 모든 것이 한꺼번에 일어나는 {minutes}분({people}명, 표정 "
        "{true}개)에서 F1은 {f1}, 5분에 잘못 찾은 것은 {false}개, 찾은 것의 감정이 맞은 비율은 "
        "{emotion}입니다",
    },
}


def row(bars: dict, language: str = "en") -> str:
    """The row of the table: on takes, beside the earlier demo's rule."""
    ours, earlier = (bars[way]["scores"]["all"] for way in ("analyser", "earlier rule"))
    return _SAID[language]["row"].format(
        ours=_text(ours["f1"]),
        emotion=_text(ours["emotion_accuracy"]),
        earlier=_text(earlier["f1"]),
        earlier_emotion=_text(earlier["emotion_accuracy"]),
    )


def takes(bars: dict, language: str = "en") -> str:
    """What these scores were measured on."""
    acted = _acted(bars["analyser"]["counts"])
    return _SAID[language]["takes"].format(takes=len(acted), true=_sum(acted, "true"))


def still(bars: dict, language: str = "en") -> str:
    """What is found where nothing is shown: in still faces, and beside true expressions."""
    ours, earlier = (bars[way]["counts"] for way in ("analyser", "earlier rule"))
    acted = _acted(ours)
    false = _sum(acted, "found") - _sum(acted, "hits")
    return _SAID[language]["still"].format(
        minutes=_minutes(ours["still"]),
        found=_events(_sum(ours["still"], "found"), language),
        earlier=_sum(earlier["still"], "found"),
        seconds=_sum(acted, "seconds"),
        false=_events(false, language, "false "),
    )


def life(bars: dict, language: str = "en") -> str:
    """How it fares where everything that hurts goes on at once."""
    said, counts, scores = _SAID[language], bars["counts"]["life"], bars["sets"]["life"]
    held = [held for _, _, held in bars["bars"].values()]
    standing = said["good" if all(held) else "bad"].format(held=sum(held), bars=len(held))
    return said["life"].format(
        standing=standing,
        minutes=_minutes(counts),
        people=len({one["take"] for one in counts}),
        true=_sum(counts, "true"),
        f1=_text(scores["f1"]),
        false=_text(scores["false_in_5_minutes"], ".0f"),
        emotion=_text(scores["emotion_accuracy"]),
    )


# By the name of a passage in the README: the file it is made of, and how.
PASSAGES: dict[str, tuple[str, Callable[[dict, str], str]]] = {
    "takes": (BARS, takes),
    "still faces": (BARS, still),
    "life": (LIFE, life),
}


def _text(score: dict, form: str = ".2f") -> str:
    return interval_text(score["value"], score["low"], score["high"], form)


def _acted(counts: dict[str, list[dict]]) -> list[dict]:
    """The takes in which something is shown."""
    return [one for name, some in counts.items() if name not in _SETS for one in some]


def _sum(some: Iterable[dict], what: str) -> float:
    return sum(one[what] for one in some)


def _minutes(some: Iterable[dict]) -> str:
    return f"{_sum(some, 'seconds') / 60:.0f}"


def _events(count: int, language: str, kind: str = "") -> str:
    if language == "ko":
        return f"{count}개"
    return f"{count or 'no'} {kind}event{'' if count == 1 else 's'}"
