"""Many casts as many studies: what each recipe is shown, who is tested, and the truth beside."""

import numpy as np
import pytest
import torch
from support.factories import EACH, PEOPLE, RECIPE, portraits

from mer.evaluation import protocols
from mer.experiments import small_samples
from mer.experiments.small_samples import GROUPED, LADDER, LOSO, RANDOM, TRUTH, Linear
from mer.learning.inputs import Inputs, mirror
from mer.people.roles import cast
from mer.study.profiles import profile

LABELS = np.repeat(np.arange(PEOPLE) % 3, EACH)


def shown(name="", kinds=("flow", "apex", "difference")):
    """A made-up cast: portraits under each kind of input."""
    data = portraits(LABELS)
    named = tuple(
        type(one)(one.source, f"{name}{one.subject}", one.name, one.emotion)
        for one in data.sequences
    )
    return {
        kind: Inputs(
            data.x[:, :1] if kind == "difference" else data.x,
            data.labels,
            named,
            data.classes,
            "unsigned" if kind == "difference" else kind,
        )
        for kind in kinds
    }


def test_a_recipe_is_shown_its_channels_at_its_size():
    cast = shown()
    assert Linear("", side=3).inputs(cast).x.shape == (PEOPLE * EACH, 3, 6, 6)
    one = Linear("", channels=(1,), side=6).inputs(cast)
    assert torch.equal(one.x[:, 0], cast["flow"].x[:, 1])


@pytest.mark.parametrize(
    "recipe, kind",
    [
        (Linear("", channels=(0,)), "flow"),
        (Linear("", channels=(1,)), "unsigned"),
        (Linear("", "apex"), "apex"),
        (Linear("", "difference", (0,)), "unsigned"),
    ],
)
def test_only_horizontal_motion_turns_its_sign_in_a_mirror(recipe, kind):
    data = recipe.inputs(shown())
    assert data.kind == kind
    turned = mirror(data.x, data.kind)[:, 0]
    sign = -1 if kind == "flow" else 1
    assert torch.equal(turned, sign * data.x[:, 0].flip(-1))


def test_casts_are_joined_in_groups_and_the_rest_is_left_out():
    casts = [shown(name) for name in ("a", "b", "c")]
    (both,) = small_samples.joined(casts, 2)
    assert len(both["flow"]) == len(both["difference"]) == 2 * PEOPLE * EACH
    assert len(set(both["flow"].subjects)) == 2 * PEOPLE


def test_folds_carry_the_name_of_their_protocol():
    data = shown()["flow"]
    folds = small_samples.folds_of(data, groups=4)
    assert [sum(f.protocol == name for f in folds) for name in (LOSO, GROUPED, RANDOM)] == [
        PEOPLE,
        4,
        1,
    ]
    for fold in folds:
        shared = protocols.shared_subjects(fold, data.subjects)
        assert bool(shared) == (fold.protocol == RANDOM)


def test_every_recipe_is_a_study_of_every_cast_with_its_truth():
    casts, exam = [shown("a"), shown("b")], shown("stranger")
    recipes = LADDER[:1] + LADDER[-1:]
    table = small_samples.linear(casts, exam, recipes, groups=3, quiet=True)
    assert set(table.seed) == {0, 1} and set(table.model) == {r.name for r in recipes}
    assert set(table.protocol) == {LOSO, GROUPED, RANDOM, TRUTH} and set(table.split) == {"test"}
    examined = table[table.protocol == TRUTH]
    assert examined.subject.str.startswith("stranger").all() and len(examined) == 4 * len(LABELS)
    without = small_samples.linear(casts, None, recipes, (GROUPED,), 3, quiet=True)
    assert set(without.protocol) == {GROUPED}


@pytest.mark.slow
def test_a_network_is_one_more_recipe(tmp_path):
    casts, exam = [shown("a", ("flow",)), shown("b", ("flow",))], shown("stranger", ("flow",))
    table = small_samples.network(casts, exam, RECIPE, tmp_path, groups=2, quiet=True)
    assert set(table.protocol) == {GROUPED, RANDOM, TRUTH} and set(table.seed) == {0, 1}
    assert set(table.split) == {"train", "test"} and set(table.model) == {RECIPE.label}


def test_casts_are_as_large_as_the_profile():
    small = small_samples._as_large_as(profile("smoke"), cast(0))
    assert {role.subject for role in small} == set(profile("smoke").subjects)
    for role in small:
        emotions = [part.emotion for part in role.parts]
        assert max(map(emotions.count, emotions)) <= 2
    assert small_samples._as_large_as(profile("full"), cast(0)) == cast(0)


def test_the_ladder_has_names_of_its_own():
    assert len({recipe.name for recipe in LADDER}) == len(LADDER)
