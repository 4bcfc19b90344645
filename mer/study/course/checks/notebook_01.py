"""Checks of the exercises to notebook 01."""

from mer.study.course import made_up
from mer.study.course.checking import call, close, exercise, words


def _habit(table):
    return table.groupby("subject").emotion.agg(lambda shown: shown.value_counts().max())


@exercise(
    "01.1",
    lambda table: table.emotion.value_counts(normalize=True).max(),  # knows no person
    lambda table: (_habit(table) / table.groupby("subject").size()).mean(),  # all people alike
    lambda table: table.subject.nunique() / len(table),
    lambda table: _habit(table).sum(),  # a count
)
def name_tag(answer):
    for seed in (0, 1, 2):
        table = made_up.table(seed)
        if not close(call(answer, table), _habit(table).sum() / len(table), 0.001):
            return (
                "Count, person by person, the sequences that the rule gets right; then divide the "
                "sum by the number of all sequences, not of people."
            )
    return None


@exercise("01.2", "disgust", "happiness", "surprise", ["sadness", "repression"])
def fewest_people(answer):
    if words(answer) == {"repression"}:
        return None
    return "Do not count sequences: in how many rows is the number above zero?"
