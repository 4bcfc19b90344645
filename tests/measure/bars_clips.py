"""Measure the demo on clips of real faces that somebody has coded.

`PYTHONPATH=tests python -m measure.bars_clips --clips FOLDER`. The folder holds the clips and
events.json, which says of each by its name what is to be seen, in seconds:

    {"clip.mp4": {"expressions": [{"onset": 1.0, "offset": 2.4, "emotion": "surprise"}],
                  "head": [[5.0, 7.5]], "hand": [[9.0, 12.0]]}}

An event hits an expression at an overlap of one half, best first, one to one; the expressions of
all clips are pooled. Text beside them is a remark. `emotion` may be null where none of the five
fits. Events that touch no expression are counted while the head moves, and while a hand is there.

The spotter that comes with mer learned from two such clips. What it reaches on them is a figure of
training: it says that it can work on a face that nobody rendered, not how well.
"""

import argparse
import json
import sys
from pathlib import Path

from mer.core.files import write_json
from mer.core.parallel import one_thread
from mer.core.paths import checkout
from mer.evaluation.spotting import matches, overlap
from mer.video.analyser import analyse
from mer.video.recogniser import FOLDER, Recogniser

BARS = {"f1": 0.60, "false_head": 1, "false_hand": 1}


def counted(events, truth):
    """What was found in one clip, held against what `truth` says of it."""
    goals = truth["expressions"]
    found = [(event.onset, event.offset) for event in events]
    spans = [(goal["onset"], goal["offset"]) for goal in goals]
    hits = matches(found, spans)
    named = [(events[i].emotion, goals[j]["emotion"]) for i, j in hits if goals[j]["emotion"]]
    false = [one for one in found if not _touches(one, spans)]
    return {
        "true": len(goals), "found": len(found), "hits": len(hits), "named": len(named),
        "right": sum(said == true for said, true in named),
        **{
            f"false_{part}": sum(_touches(one, truth[part]) for one in false)
            for part in ("head", "hand")
        },
    }  # fmt: skip


def _touches(one, spans):
    return any(overlap(one, span) > 0 for span in spans)


def pooled(counts):
    """The sums over clips, with F1."""
    found = {name: sum(row[name] for row in counts) for name in counts[0]}
    return found | {"f1": 2 * found["hits"] / max(found["true"] + found["found"], 1)}


def judge(result):
    """Which bars hold: {name: (value, bar, held)}."""
    return {
        name: (result[name], bar, result[name] >= bar if name == "f1" else result[name] <= bar)
        for name, bar in BARS.items()
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clips", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--models", type=Path, default=FOLDER)
    parser.add_argument("--out", type=Path, default=checkout() / "reports" / "clips_bars.json")
    options = parser.parse_args()
    truth = json.loads((options.clips / "events.json").read_text(encoding="utf-8"))
    recogniser = Recogniser.load(options.models)
    with one_thread():
        counts = {
            name: counted(analyse(options.clips / name, recogniser).events, coded)
            for name, coded in truth.items()
            if isinstance(coded, dict)
        }
    result = pooled(list(counts.values()))
    bars = judge(result)
    for name, (value, bar, held) in bars.items():
        print(f"{name}: {value:.3g} (bar {bar}) {'holds' if held else 'DOES NOT HOLD'}")
    print(result)
    kept = {"about": "figures of training: the spotter learned from these clips"}
    write_json(options.out, kept | {"bars": bars, "all": result, "clips": counts})
    sys.exit(not all(held for *_, held in bars.values()))


if __name__ == "__main__":
    main()
