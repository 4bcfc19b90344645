"""Checks of the exercises to notebook 16."""

from scipy.stats import norm

from mer.study.course.checking import call, close, exercise


@exercise(
    "16.1",
    lambda difference, deviation: 1 - norm.cdf(difference / deviation),  # the wrong order
    lambda difference, deviation: min(1, difference / deviation),
    lambda difference, deviation: norm.cdf(difference),  # the deviation forgotten
    lambda difference, deviation: 2 * norm.cdf(difference / deviation) - 1,  # both sides
)
def right_order(answer):
    for difference, deviation in ((0.02, 0.06), (0.05, 0.06), (0.1, 0.06), (0.0, 0.05)):
        found = call(answer, difference, deviation)
        if not close(found, norm.cdf(difference / deviation), 0.02):
            return (
                f"A true difference of {difference} and an error of deviation {deviation}: for how "
                "many deviations does the better one lie above zero? Or draw many errors and count."
            )
    return None


@exercise("16.2", 104, 52, 26, 208)
def people(answer):
    if close(answer, 416, 1):
        return None
    return "The interval narrows with the *root* of the number of people."
