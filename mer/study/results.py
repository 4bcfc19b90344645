"""The rows of the README's table: for each notebook its question, and the answer of a run.

An answer is a function of the run's records (`mer.study.findings.Found`); none of them types a
number or a direction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from mer.core.errors import BadData
from mer.evaluation.records import Record
from mer.study import demo
from mer.study.findings import Found

DEMO = "13_video_demo"  # its answer is measured on its own

STRANGERS = "examination"
FITS = 0.95  # accuracy on its training people from which a network's failure says something
CLASSES = 5


def _cleanup(f: Found) -> str:
    table = ("coding table", "clean-up rules", ".0f")
    return (
        f"{f('sequences', *table)} sequences of {f('subjects', *table)} people in five classes; "
        f"always saying the largest class is right in "
        f"{f('accuracy', 'always the largest class', 'all', '.0%')}"
    )


def _apex(f: Found) -> str:
    best = "strongest region"
    cost = f.told(
        "uar",
        "midpoint, training and test - annotated apex",
        STRANGERS,
        more="is worth more than the apex",
        less="costs",
        none="costs nothing that can be told",
    )
    return (
        f"motion in the strongest region finds the true apex to "
        f"{f('mae_frames', best, 'truth', '.1f')} frames, the midpoint rule to "
        f"{f('mae_frames', 'midpoint', 'truth', '.1f')}; a study with the midpoint for the apex "
        f"{cost} UAR; of tests with a moved apex: "
        f"{f.largest('uar', 'annotated apex', STRANGERS, '.2f')}"
    )


def _flow(f: Found) -> str:
    return (
        f"error where skin moves: DIS-fine {f('epe_moving_px', 'dis-fine', 'truth')} px, "
        f"Farneback {f('epe_moving_px', 'farneback', 'truth')}, no motion "
        f"{f('epe_moving_px', 'still', 'truth')}; UAR minus that of DIS-fine: "
        f"{f.largest('uar', 'dis-fine', STRANGERS, '.2f')}; the earlier choices: "
        f"{f.largest('uar', 'farneback', STRANGERS, '.2f')}; the UAR under a moved head "
        + f.told(
            "uar",
            "translation, head moved - translation, as filmed",
            STRANGERS,
            more="rises",
            less="falls",
            none="does not change so that it could be told",
            form=".2f",
        )
    )


def _score(f: Found) -> str:
    blind, made_up, many = "largest class", "made-up studies", "20 equals"
    return (
        f"always naming the largest class has accuracy {f('accuracy', blind, 'loso')}, UAR "
        f"{f('uar', blind, 'loso')}; a linear model of the flow "
        f"{f('accuracy', 'whole flow', 'loso')} and {f('uar', 'whole flow', 'loso')}. Of made-up "
        f"studies whose truth is known, 95 % intervals over people hold it in "
        f"{f('coverage', 'people drawn', made_up, '.0%')}, over sequences in "
        f"{f('coverage', 'sequences drawn', made_up, '.0%')}; of twenty comparisons of equals at "
        f"least one is told in {f('wrong_find', f'{many}, at 95 %', made_up, '.0%')}, at the joint "
        f"level in {f('wrong_find', f'{many}, joint level', made_up, '.0%')}"
    )


def _apex_cnn(f: Found) -> str:
    found = f.record("uar", "apex", STRANGERS)
    fitted = f.record("training_accuracy", "apex", STRANGERS)
    if found.low > 1 / CLASSES:
        verdict = "better than chance"
    elif fitted.value < FITS:
        verdict = "no answer, for the network did not fit"
    else:
        verdict = "below chance" if found.high < 1 / CLASSES else "not told from chance"
    return (
        f"{verdict}: a network that reads its training people with accuracy {fitted.text()} has "
        f"UAR {found.text('.3f')} on {found.n} sequences of strangers, chance "
        f"{1 / CLASSES:.2f}; the earlier recipe reads the former with "
        f"{f('training_accuracy', 'earlier recipe', STRANGERS)}, the latter with "
        f"{f('uar', 'earlier recipe', STRANGERS, '.3f')}"
    )


def _flow_cnn(f: Found) -> str:
    return (
        f"UAR on strangers {f('uar', 'flow', STRANGERS, '.3f')}; vertical motion alone "
        f"{f('uar', 'v alone', STRANGERS)}, horizontal {f('uar', 'u alone', STRANGERS)}, strain "
        f"{f('uar', 'strain alone', STRANGERS)}"
    )


def _ensemble(f: Found) -> str:
    words = dict(more="gains", less="loses", none="changes nothing that can be told")
    half, learned = (
        f.told("uar", f"{mixture} - flow", STRANGERS, **words)
        for mixture in ("ensemble", "learned")
    )
    return f"against the flow alone half and half {half} UAR; with learned weights it {learned}"


def _contrast(f: Found) -> str:
    clahe = "CLAHE 2, 8 x 8"
    return (
        f"UAR minus that of no change, before the flow: "
        f"{f.largest('uar', 'flow none', STRANGERS, '.2f')}; apex frame: "
        f"{f.largest('uar', 'apex none', STRANGERS, '.2f')}; CLAHE on the apex frame "
        + f.told(
            "gap",
            f"apex {clahe} - apex none",
            STRANGERS,
            more="overfits more",
            less="overfits less",
            none="overfits neither more nor less",
            form=".2f",
        )
        + "; in the dark the flow's answers, equalised minus plain: kept "
        + f.told(
            "kept",
            "flow equalised - flow none",
            f"{STRANGERS}, dark",
            more="more",
            less="less",
            none="as often",
            form=".2f",
        )
    )


def _attention(f: Found) -> str:
    folds = f.protocol("grouped-", "loso")
    return (
        f"UAR minus that of the plain network: "
        f"{f.largest('uar', 'plain', STRANGERS, '.2f')}; where the face moved, HiResCAM of the "
        f"trained network looks with AUC {f('auc', 'plain: HiResCAM', folds)}, untrained "
        f"{f('auc', 'untrained plain: HiResCAM', folds)}"
    )


def _leakage(f: Found) -> str:
    trained, held_out = "random-80-20, training data included", f.protocol("grouped-")

    def leak(reader: str, bond: str) -> str:
        pair = f"{reader}, random split - {reader}, people held out"
        return f.record("uar_difference", pair, f"bond {bond}").text(".2f")

    def named(what: str) -> str:
        return f("person_named", what, f.protocol("closed set of "), ".0%")

    return (
        f"from its training data: with them accuracy {f('accuracy', 'ensemble', trained)}, on "
        f"people held out {f('accuracy', 'ensemble', held_out)}. The leak of a random split, "
        f"in UAR, where a person tells the emotion strongly, as in CASME II, or not: apex frame "
        f"{leak('apex', 'strong')}, {leak('apex', 'casme2')}, {leak('apex', 'none')}; flow "
        f"{leak('flow', 'strong')}, {leak('flow', 'casme2')}, {leak('flow', 'none')}. "
        f"{named('apex frame')} of people are named from the apex frame, {named('flow')} from "
        "the flow"
    )


def _real(f: Found) -> str:
    best = f.record("uf1", "linear", "loso")
    seconds = f.record("seconds", "linear", "loso").value
    rivals = "; ".join(
        f"{called} {f('uf1_difference', f'linear - {model}', 'loso')}"
        for called, model in (
            ("the network from scratch", "compact, from scratch"),
            ("synthetic people only", "synthetic people only"),
            ("STSTNet on a short schedule", "ststnet"),
        )
    )
    return (
        f"a linear model, {seconds:.1f} CPU seconds: UF1 {best.text()}, UAR "
        f"{f('uar', 'linear', 'loso')} on {best.n} real flows, leave one subject out; UF1 of it "
        f"minus that of {rivals}"
    )


def _people(f: Found) -> str:
    real = "synthetic-to-real"
    return (
        f"trained on them alone, a network reads "
        f"{f.record('uf1', 'synthetic people only', real).n} real flows with UF1 "
        f"{f('uf1', 'synthetic people only', real)}; from the onset frame alone, where nothing "
        f"shows, UAR {f('uar', 'onset frame', 'loso')}"
    )


def _rare(f: Found) -> str:
    rare = "recall_sadness"
    return (
        f"recall of the seven-example class on strangers: {f(rare, 'plain', STRANGERS)} plain; "
        f"what changes it: {f.largest(rare, 'plain', STRANGERS, '.2f')}; UAR: "
        f"{f.largest('uar', 'plain', STRANGERS, '.2f')}"
    )


def _size(f: Found) -> str:
    return (
        f"on the flow, UAR minus that without: "
        f"{f.largest('uar', 'flow: none', STRANGERS, '.2f')}; pixels, minus those of 16: "
        f"{f.largest('uar', 'flow, 16 px', STRANGERS, '.2f')}"
    )


def _small(f: Found) -> str:
    everything, pair = "all recipes", "difference of two"
    return (
        f"leave one subject out errs by {f('uar_bias', everything, 'loso', '.3f')} UAR on "
        f"average and by {f('uar_spread', everything, 'loso', '.3f')} from cast to cast; the "
        f"random split by {f('uar_bias', everything, 'random', '.3f')}; of two recipes 0.05 "
        f"apart the better comes out first in {f('right_order', 'better of two', 'loso', '.0%')} "
        f"(the difference errs by {f('uar_deviation', pair, 'loso', '.3f')}); to tell them takes "
        f"{f('people_needed', 'a difference of 0.05', 'loso', '.0f')} people"
    )


# fmt: off
ROWS: dict[str, tuple[str, Callable[[Found], str] | None]] = {
    "00_start_here": ("what is a micro-expression, is my set-up right?", None),
    "01_data_cleanup": ("which sequences can be trusted?", _cleanup),
    "02_apex_extraction": ("when is it strongest, and what does a missed apex cost?", _apex),
    "03_optical_flow": ("what moved, which algorithm is right, and does it matter?", _flow),
    "04_how_a_score_is_made": ("which number says how well, and how far is it to be trusted?",
                               _score),
    "05_apex_cnn": ("can one picture tell the emotion?", _apex_cnn),
    "06_flow_cnn": ("can the motion tell it?", _flow_cnn),
    "07_ensemble": ("is a mixture of both better than the better one?", _ensemble),
    "08_ablation_contrast": ("does equalising contrast help, overfit, resist another light?",
                             _contrast),
    "09_ablation_attention": ("does CBAM help, and where does a network look?", _attention),
    "10_protocols_and_leakage": ("where does 95.42 % come from?", _leakage),
    "11_synthetic_people": ("are people who do not exist good enough to learn from?", _people),
    "12_real_benchmark": ("does it hold on real faces?", _real),
    "13_video_demo": ("what does it look like on a video, or before my own camera?", None),
    "14_rare_classes": ("what helps a class that has seven examples?", _rare),
    "15_augmentation_and_size": ("do mirrored and shifted faces help, and how many pixels do?",
                                 _size),
    "16_small_samples": ("how much can 26 people tell?", _small),
}
# fmt: on


def answers(checkout: Path | None, names: Iterable[str], records: list[Record]) -> dict[str, str]:
    """What each of the notebooks `names` found, where the run tells it: one on another source
    may lack records. How good the demo is was measured on its own, and stands in the checkout."""
    found = {}
    for name in names:
        _, answer = ROWS.get(name, ("", None))
        if name == DEMO and checkout and (checkout / demo.BARS).exists():
            found[name] = demo.row(json.loads((checkout / demo.BARS).read_text(encoding="utf-8")))
        elif answer:
            with suppress(BadData):
                found[name] = answer(Found(name, records))
    return found
