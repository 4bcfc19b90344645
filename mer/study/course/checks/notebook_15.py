"""Checks of the exercises to notebook 15."""

from mer.study.course.checking import call, close, exercise

CONVOLUTIONS = sum(9 * a * b + b for a, b in ((3, 64), (64, 128), (128, 256)))


@exercise(
    "15.1",
    lambda side, classes: CONVOLUTIONS,  # the linear layer forgotten
    lambda side, classes: 256 * (side // 8) ** 2 * classes + classes,  # it alone
    lambda side, classes: CONVOLUTIONS + 256 * side**2 * classes + classes,  # no pooling
    lambda side, classes: CONVOLUTIONS + 256 * (side // 8) * classes + classes,  # one side
)
def count(answer):
    for side, classes in ((16, 3), (48, 5), (224, 5)):
        right = CONVOLUTIONS + 256 * (side // 8) ** 2 * classes + classes
        if not close(call(answer, side, classes), right, 0.5):
            return (
                f"Side {side}: how large is each of the 256 maps after three poolings? Each of "
                "their numbers has a weight for every class, and every class has a bias."
            )
    return None


@exercise("15.2", -0.01, 0.05, -0.06, 0.01, 0.10)
def at_most(answer):
    if close(answer, 0.04, 0.002):
        return None
    return "Which values of the difference agree with the data? The best of them for augmentation."
