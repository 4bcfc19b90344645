"""Can you beat the network? A reader names the emotions of twenty pairs of faces.

The answers become a score table like any model's, so the reader's UAR has an interval too, and
is compared with a network's on the same pairs.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from mer.core.errors import BadData
from mer.core.style import INK
from mer.evaluation import metrics
from mer.evaluation.scores import KEYS, class_columns
from mer.preprocessing import pairs

PAIRS = 20
READER = "reader"
_SEQUENCE = ["subject", "name"]


def draw(table: pd.DataFrame, seed: int = 0, count: int = PAIRS) -> list[tuple[str, str]]:
    """Sequences to guess, as (subject, name): by lot, each emotion as often as can be.

    Nothing enters but who was tested and with which emotion: no score makes a pair likelier.

    table   a score table whose test rows are to choose from
    """
    known = table[[*_SEQUENCE, "emotion"]].drop_duplicates().sort_values(_SEQUENCE)
    dealt = known.sample(frac=1, random_state=seed)
    turn = dealt.groupby("emotion").cumcount().sort_values(kind="stable")
    chosen = dealt.loc[turn.index[:count]].sample(frac=1, random_state=seed)
    return list(zip(chosen.subject, chosen.name))


def crops(run, exam, chosen: list[tuple[str, str]]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Onset and apex of each chosen sequence, (H, W, 3) uint8 blue-green-red.

    exam   the strangers; None: the people of the cast were tested
    """
    if exam:
        rows = {(one.subject, one.name): row for row, one in enumerate(exam.sequences)}
        return [exam.crops(rows[one]) for one in chosen]
    made = {(pair.subject, pair.name): pair for pair in pairs.of_run(run)[1]}
    return [pairs.crops(run.path("pairs"), made[one]) for one in chosen]


def answered(table: pd.DataFrame, chosen: list[tuple[str, str]], said: list[str]) -> pd.DataFrame:
    """The reader's answers as a score table: all probability on what was said.

    table    of a network that scored the same sequences
    chosen   the sequences, in the order of the answers
    said     an emotion each; as many as were chosen, and of the table's classes: or `BadData`
    """
    columns = class_columns(table)
    wrong = [one for one in said if f"p_{one}" not in columns]
    if wrong or len(said) != len(chosen):
        raise BadData(
            f"guessing: {len(said)} answers to {len(chosen)} pairs, unknown: {wrong or 'none'}. "
            f"Answer each with one of {', '.join(name[2:] for name in columns)}."
        )
    one_seed = table[table.seed == table.seed.min()].set_index(_SEQUENCE).loc[chosen].reset_index()
    sure = np.array([[float(name == f"p_{one}") for name in columns] for one in said])
    rows = one_seed.assign(model=READER, **dict(zip(columns, sure.T)))
    return rows[[*KEYS, *columns]]


def on_pairs(table: pd.DataFrame, chosen: list[tuple[str, str]]) -> pd.DataFrame:
    """Those rows of a score table that are about the chosen sequences."""
    wanted = pd.MultiIndex.from_tuples(chosen, names=_SEQUENCE)
    return table[pd.MultiIndex.from_frame(table[_SEQUENCE]).isin(wanted)].reset_index(drop=True)


def results(tables: list[pd.DataFrame], chosen, bootstrap: int = 1000, said=None) -> str:
    """UAR of each network on the chosen pairs, a line each; with answers, the reader's before
    them, and behind them what can be told between the reader and each network."""
    networks = [on_pairs(table, chosen) for table in tables]
    reader = [answered(tables[0], chosen, said)] if said else []
    lines = []
    for table in (*reader, *networks):
        (uar,) = (r for r in metrics.evaluate(table, bootstrap) if r.metric == "uar")
        lines.append(f"{uar.model}: {uar.phrase('.2f')}, n = {uar.n}")
    for mine in reader:
        for table in networks:
            compared = metrics.paired_difference(mine, table, bootstrap)
            lines += [r.verdict(".2f") for r in compared if r.measure == "uar"]
    return "\n".join(lines)


def sheet(faces: list[tuple[np.ndarray, np.ndarray]], columns: int = 5):
    """The first pairs as a figure, onset above apex, numbered and without their emotions."""
    shown = faces[:columns]
    figure, axes = plt.subplots(
        2, len(shown), squeeze=False, figsize=(1.7 * len(shown) + 0.3, 3.7), layout="constrained"
    )
    for number, (pair, line) in enumerate(zip(shown, axes.T), 1):
        for axis, face in zip(line, pair):
            axis.imshow(face[..., ::-1])
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set_visible(False)
        line[0].set_title(f"pair {number}", fontsize=9, color=INK)
    for axis, name in zip(axes[:, 0], ("onset", "apex")):
        axis.set_ylabel(name, fontsize=10)
    return figure


def clip(pair: tuple[np.ndarray, np.ndarray], milliseconds: int = 600) -> bytes:
    """Onset and apex in turn, an endless GIF: what moves is seen, what stays is not."""
    from PIL import Image

    first, second = (Image.fromarray(np.ascontiguousarray(face[..., ::-1])) for face in pair)
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=[second], duration=milliseconds, loop=0)
    return file.getvalue()


def game(faces: list[tuple], classes: tuple[str, ...], finished: Callable[[list[str]], str]):
    """A widget that shows one pair after the other, with a button for each emotion.

    finished   is given all answers after the last, and says what the widget then shows
    """
    import ipywidgets as ipw

    said: list[str] = []
    picture, text = ipw.HTML(), ipw.HTML()
    buttons = [ipw.Button(description=name) for name in classes]

    def show():
        number = len(said) + 1
        code = base64.b64encode(clip(faces[len(said)])).decode()
        picture.value = (
            f'<img alt="Pair {number}: a face, onset and apex in turn" width="280" '
            f'src="data:image/gif;base64,{code}">'
        )
        text.value = f"Pair {number} of {len(faces)}: which emotion?"

    def answer(button):
        said.append(button.description)
        if len(said) < len(faces):
            show()
            return
        for one in buttons:
            one.disabled = True
        text.value = "<br>".join(finished(said).splitlines())

    for button in buttons:
        button.on_click(answer)
    show()
    return ipw.VBox([text, picture, ipw.HBox(buttons, layout={"flex_flow": "row wrap"})])
