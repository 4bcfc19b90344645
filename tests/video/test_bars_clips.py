"""What `measure.bars_clips` counts in real clips."""

from measure.bars_clips import counted, judge, pooled

from mer.video.earlier_rule import Change

TRUTH = {
    "expressions": [
        {"onset": 1.0, "offset": 2.0, "emotion": "surprise"},
        {"onset": 4.0, "offset": 5.0, "emotion": None},
    ],
    "head": [[5.5, 8.0]],
    "hand": [[7.0, 9.0]],
}


def test_hits_emotions_and_what_is_false():
    events = [
        Change("surprise", 1.1, 2.1),
        Change("disgust", 4.0, 5.2),
        Change("sadness", 1.9, 5.6),  # false, but not beside every expression
        Change("sadness", 7.2, 7.8),  # false, while the head moves and a hand is there
    ]
    found = counted(events, TRUTH)
    assert found == {
        "true": 2, "found": 4, "hits": 2, "named": 1, "right": 1, "false_head": 1, "false_hand": 1,
    }  # fmt: skip


def test_clips_are_pooled_and_judged():
    result = pooled([counted([Change("surprise", 1, 2)], TRUTH), counted([], TRUTH)])
    assert result["f1"] == 2 / 5 and result["true"] == 4
    bars = judge(result)
    assert not bars["f1"][2] and bars["false_head"] == (0, 1, True)
