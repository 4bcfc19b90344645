import numpy as np
import pytest

from mer.core.errors import BadData
from mer.evaluation import metrics, scores
from mer.experiments import made_up_studies


def test_a_table_says_what_was_answered():
    made = made_up_studies.table(
        "m", ["ann", "ben"], ["joy", "joy"], ["joy", "grief"], ["grief", "joy"]
    )
    assert scores.predicted(made).tolist() == ["joy", "grief"]
    assert scores.right(made).tolist() == [True, False]
    assert made.subject.tolist() == ["ann", "ben"]
    assert set(made.protocol) == {"made up"}


def test_an_answer_that_is_no_class_is_refused():
    with pytest.raises(BadData, match="row 2: probabilities of ann/0 sum to 0.0000"):
        made_up_studies.table("m", ["ann"], ["joy"], ["fear"], ["grief", "joy"])


def test_people_differ_as_much_as_was_asked():
    right = made_up_studies.hits(20, 200, 100, readers=2, share=0.7, spread=0.15, seed=3)
    assert right.shape == (20, 2, 200, 100) and right.dtype == bool
    ease = right.mean(axis=3)
    assert ease.mean() == pytest.approx(0.7, abs=0.01)
    within = (0.7 * 0.3 - 0.15**2) / 100  # what the drawing of answers adds
    assert ease.std() == pytest.approx(np.sqrt(0.15**2 + within), abs=0.01)
    one, two = ease[:, 0].ravel(), ease[:, 1].ravel()
    assert np.cov(one, two)[0, 1] == pytest.approx(0.15**2, rel=0.1)  # the same people for both


def test_in_a_crowd_everybody_shows_everything():
    crowd = made_up_studies.crowd(people=5, each=4, classes=["grief", "joy", "rage"], seed=1)
    counts = crowd.groupby(["subject", "emotion"]).size()
    assert len(counts) == 15 and set(counts) == {4}
    (accuracy, *_) = metrics.evaluate(crowd)
    assert 0 < accuracy.value < 1
    other = made_up_studies.crowd(people=5, each=4, classes=["grief", "joy", "rage"], seed=2)
    assert not crowd.p_joy.equals(other.p_joy)


def test_intervals_of_many_studies_are_those_of_each():
    values = np.random.default_rng(0).random((3, 8))
    low, high = made_up_studies.intervals(values, resamples=500, level=0.9)
    told = dict(model="m", protocol="p", metric="mean")
    for row in range(3):
        one = metrics.mean_with_interval(values[row], np.arange(8), 500, 0.9, **told)
        assert (low[row], high[row]) == pytest.approx((one.low, one.high))


@pytest.mark.parametrize("shift", [0.0, 0.3, -0.3, 2.0])
def test_the_least_error_says_at_which_level_a_difference_is_told(shift):
    gaps = np.random.default_rng(1).normal(shift, 1, 30)
    least = made_up_studies.least_error(gaps, 2000)
    for error in (0.01, 0.05, 0.2, 0.6):
        low, high = made_up_studies.intervals(gaps[None], 2000, 1 - error)
        told = bool(low[0] > 0 or high[0] < 0)
        if abs(least - error) > 0.002:  # one draw of 2000 on either side
            assert told == (least < error)


def test_readers_that_answer_alike_are_never_told():
    assert made_up_studies.least_error(np.zeros((2, 9))).tolist() == [2, 2]
