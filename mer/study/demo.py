"""What the README says of the demo, from the files of `make demo-bars` and `make life-bars`.

Like the rows of the table (`mer.study.results`), nothing here types a number or a direction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mer.evaluation.records import interval_text

BARS, LIFE = "reports/demo_bars.json", "reports/life_bars.json"
_SETS = ("still", "all")  # of takes: those in which nothing is shown, and all of them once more


def row(bars: dict) -> str:
    """The row of the table: on takes, beside the earlier demo's rule."""
    ours, earlier = (bars[way]["scores"]["all"] for way in ("analyser", "earlier rule"))
    return (
        f"on takes of people that it never saw, spotting F1 {_text(ours['f1'])} and the emotion "
        f"of what is spotted {_text(ours['emotion_accuracy'])}; the earlier demo's rule "
        f"{_text(earlier['f1'])} and {_text(earlier['emotion_accuracy'])}. Try it: `make app`"
    )


def takes(bars: dict) -> str:
    """What these scores were measured on."""
    acted = _acted(bars["analyser"]["counts"])
    return f"{len(acted)} takes of synthetic people, {_sum(acted, 'true')} expressions"


def still(bars: dict) -> str:
    """What is found where nothing is shown: in still faces, and beside true expressions."""
    ours, earlier = (bars[way]["counts"] for way in ("analyser", "earlier rule"))
    acted = _acted(ours)
    return (
        f"in {_minutes(ours['still'])} minutes of still faces it found "
        f"{_events(_sum(ours['still'], 'found'))} (the earlier rule "
        f"{_sum(earlier['still'], 'found')}), and in the {_sum(acted, 'seconds'):.0f} seconds of "
        f"the others {_events(_sum(acted, 'found') - _sum(acted, 'hits'), 'false ')}"
    )


def life(bars: dict) -> str:
    """How it fares where everything that hurts goes on at once."""
    counts, scores = bars["counts"]["life"], bars["sets"]["life"]
    people = len({one["take"] for one in counts})
    held = [held for _, _, held in bars["bars"].values()]
    standing = (
        "All of its bars hold there"
        if all(held)
        else f"It is not good enough there yet: {sum(held)} of {len(held)} bars hold"
    )
    return (
        f"{standing}. In {_minutes(counts)} minutes in which all of that happens at once ({people} "
        f"people, {_sum(counts, 'true')} expressions) F1 is {_text(scores['f1'])}, with "
        f"{_text(scores['false_in_5_minutes'], '.0f')} false events in five minutes, and the "
        f"emotion of what it spots is right in {_text(scores['emotion_accuracy'])}"
    )


# By the name of a passage in the README: the file it is made of, and how.
PASSAGES: dict[str, tuple[str, Callable[[dict], str]]] = {
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


def _events(count: int, kind: str = "") -> str:
    return f"{count or 'no'} {kind}event{'' if count == 1 else 's'}"
