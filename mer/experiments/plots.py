"""Every figure of the study, in one style. Each function gives the figure back."""

from __future__ import annotations

import cv2
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns

from mer.core.style import EMOTIONS, INK, PALE, colour_of
from mer.core.style import style as style  # notebooks say plots.style()
from mer.evaluation import records
from mer.evaluation.records import Record
from mer.preprocessing import flow as optical_flow


def faces(
    images: list[np.ndarray], titles: list[str] | None = None, columns: int = 6, width: float = 1.7
):
    """A sheet of pictures, (H, W, 3) blue-green-red or (H, W), with a line of text below each."""
    rows = -(-len(images) // columns)
    shape = images[0].shape
    height = width * shape[0] / shape[1] + (0.3 if titles else 0.05)
    figure, axes = plt.subplots(
        rows, columns, figsize=(columns * width, rows * height), squeeze=False, layout="constrained"
    )
    for axis in axes.flat:
        axis.axis("off")
    for i, (axis, image) in enumerate(zip(axes.flat, images)):
        if image.ndim == 3:
            axis.imshow(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
        else:
            axis.imshow(image, cmap="gray")
        if titles:
            axis.text(
                0.5, -0.03, titles[i], transform=axis.transAxes, fontsize=8, ha="center", va="top"
            )
    return figure


def class_counts(counts: pd.DataFrame):
    """Subjects x emotions as a heat map, with the totals as bars above it."""
    figure, (top, main) = plt.subplots(
        2, 1, figsize=(6.2, 8), height_ratios=[1, 4.5], sharex=True, layout="constrained"
    )
    totals = counts.sum()
    bars = top.bar(
        np.arange(len(totals)) + 0.5, totals, color=[colour_of(name) for name in totals.index]
    )
    top.bar_label(bars, fontsize=9)
    top.set(title="Sequences of each emotion", yticks=[])
    top.grid(False)
    sns.heatmap(
        counts.where(counts > 0),
        annot=True,
        fmt=".0f",
        cmap="crest",
        cbar=False,
        linewidths=0.6,
        ax=main,
        annot_kws={"size": 8},
    )
    main.set(title="… and who showed them", xlabel="", ylabel="")
    main.tick_params(axis="y", labelsize=8, rotation=0)
    return figure


def by_emotion(table: pd.DataFrame, x: str, label: str, title: str, mark: float, note: str):
    """Column `x` of every sequence as a dot, by `emotion`; the value `mark` has a line and a
    note."""
    figure, axis = plt.subplots(figsize=(6.5, 3.2), layout="constrained")
    order = sorted(table.emotion.unique())
    sns.swarmplot(
        table,
        x=x,
        y="emotion",
        order=order,
        hue="emotion",
        size=3.5,
        palette=EMOTIONS,
        alpha=0.8,
        ax=axis,
        legend=False,
    )
    axis.axvline(mark, color=INK, ls="--", lw=1)
    axis.annotate(
        note,
        (mark, len(order) - 0.55),
        xytext=(3, 0),
        textcoords="offset points",
        fontsize=8,
        va="bottom",
    )
    axis.set(xlabel=label, ylabel="", title=title)
    return figure


def flow_row(onset, apex, fields: dict[str, np.ndarray], title: str = "", unit: str = "px"):
    """Onset, apex (None: neither) and flows on one colour scale, with the key to the colours;
    `unit` is that of the flows."""
    sizes = [np.linalg.norm(field[..., :2], axis=-1) for field in fields.values()]
    largest = max(float(np.percentile(size, 99)) for size in sizes) or 1.0
    pictures = {"onset": onset, "apex": apex} if onset is not None else {}
    panels = len(pictures) + len(fields) + 1
    figure, axes = plt.subplots(1, panels, figsize=(1.9 * panels, 2.3), layout="constrained")
    for axis, (name, image) in zip(axes, pictures.items()):
        axis.imshow(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
        axis.set_title(name, fontsize=9)
    for axis, (name, field) in zip(axes[len(pictures) :], fields.items()):
        axis.imshow(optical_flow.colours(field[..., :2], largest))
        axis.set_title(name, fontsize=9)
    wheel(axes[-1], largest, unit)
    for axis in axes:
        axis.axis("off")
    figure.suptitle(title, fontsize=10)
    return figure


def wheel(axis, largest: float, unit: str = "px") -> None:
    """Draw the key to the colours of a flow: which way, and how far."""
    y, x = np.mgrid[-1:1:101j, -1:1:101j].astype(np.float32)
    disc = optical_flow.colours(np.dstack([x, y]) * largest, largest)
    disc[np.hypot(x, y) > 1] = 255
    axis.imshow(disc, extent=(-1, 1, 1, -1))
    for word, x, y, turn in (
        ("up", 0, -1.18, 0),
        ("down", 0, 1.18, 0),
        ("left", -1.18, 0, 90),
        ("right", 1.18, 0, 270),
    ):
        axis.text(x, y, word, fontsize=7.5, ha="center", va="center", rotation=turn)
    axis.set(xlim=(-1.35, 1.35), ylim=(1.35, -1.35))
    axis.set_title(f"radius = {largest:.1f} {unit}", fontsize=9)
    axis.axis("off")


def strain_row(fields: dict[str, np.ndarray]):
    """The strain of some flows (H, W, 3) on one scale, which is drawn beside them."""
    largest = max(float(np.percentile(field[..., 2], 99.5)) for field in fields.values()) or 1.0
    figure, axes = plt.subplots(
        1, len(fields), figsize=(1.9 * len(fields) + 0.7, 2.2), squeeze=False, layout="constrained"
    )
    for axis, (name, field) in zip(axes.flat, fields.items()):
        drawn = axis.imshow(field[..., 2], cmap="magma", vmin=0, vmax=largest)
        axis.set_title(name, fontsize=9)
        axis.axis("off")
    figure.colorbar(drawn, ax=axes, label="strain, pixels a pixel", shrink=0.85)
    return figure


def learning_curves(loss, accuracy, title: str = "Training"):
    """Training loss and accuracy after each epoch."""
    figure, axes = plt.subplots(1, 2, figsize=(7, 2.8), layout="constrained")
    epochs = np.arange(1, len(loss) + 1)
    for axis, values, name in zip(axes, (loss, accuracy), ("loss", "accuracy")):
        axis.plot(epochs, values, "o-", ms=3, color=INK)
        axis.set(xlabel="epoch", ylabel=f"training {name}", ylim=(0, 1.08 * max(values)))
    figure.suptitle(title, fontsize=11)
    return figure


def confusions(tables: dict[str, pd.DataFrame]):
    """Confusion matrices side by side: counts as text, the share of the true class as colour."""
    figure, axes = plt.subplots(
        1, len(tables), figsize=(4.3 * len(tables), 3.9), squeeze=False, layout="constrained"
    )
    for axis, (title, table) in zip(axes.flat, tables.items()):
        share = table.div(table.sum(axis=1).clip(lower=1e-9), axis=0)
        sns.heatmap(
            share,
            annot=table,
            fmt=".3g",
            vmin=0,
            vmax=1,
            cmap="crest",
            cbar=False,
            square=True,
            linewidths=0.6,
            ax=axis,
        )
        axis.set(title=title, xlabel="predicted", ylabel="true")
        axis.tick_params(axis="x", rotation=35)
        axis.tick_params(axis="y", rotation=0)
    return figure


def interval(
    axis, record: Record, y: float, colour, note: str = "", fill: bool = True, marker: str = "o"
) -> None:
    """Draw a record at height `y`: a point, its interval if it has one, and a note above."""
    if record.has_interval:
        ends = [record.low, record.high]
        axis.plot(ends, [y, y], color=colour, lw=2.5, alpha=0.55, solid_capstyle="round")
    axis.plot(record.value, y, marker, color=colour, mfc=colour if fill else "white", ms=6.5)
    if note:
        axis.annotate(
            note,
            (record.value, y),
            xytext=(0, 6),
            textcoords="offset points",
            ha="center",
            fontsize=8,
        )


def forest(
    found: list[Record],
    metric: str = "uf1",
    chance: float | None = None,
    title: str = "",
    label=lambda record: f"{record.model}, {record.protocol}",
):
    """Values with their confidence intervals, one line a record and one colour a model."""
    rows = [record for record in found if record.metric == metric]
    figure, axis = plt.subplots(figsize=(7, 0.42 * len(rows) + 1.2), layout="constrained")
    models = dict.fromkeys(row.model for row in rows)
    colours = dict(zip(models, sns.color_palette("colorblind", len(models))))
    for y, row in enumerate(rows):
        interval(axis, row, y, colours[row.model], f"{row.value:.3f}")
    if chance is not None:
        axis.axvline(chance, color=INK, ls=":", lw=1)
        axis.text(chance, -0.62, " chance", fontsize=8, va="center")
    axis.set(
        yticks=range(len(rows)),
        yticklabels=[label(row) for row in rows],
        title=title,
        xlabel=f"{records.label(metric)} (95 % interval)",
    )
    axis.set_ylim(len(rows) - 0.5, -0.8)
    axis.grid(axis="y", visible=False)
    return figure


def motion_sheet(
    columns: list[tuple[str, np.ndarray, np.ndarray, np.ndarray]],
    factor: float = 0,
    title: str = "",
):
    """One column a sequence: onset, apex, and the motion between them on one colour scale.

    columns holds (title, onset, apex, flow) with pictures blue-green-red and flow (H, W, 2+).
    With a `factor` a row is added: the onset moved that many times as far as the flow says.
    """
    sizes = [np.linalg.norm(field[..., :2], axis=-1) for *_, field in columns]
    largest = float(np.median([np.percentile(size, 99) for size in sizes]))
    names = ["onset", "apex", *([f"motion × {factor:g}"] if factor else []), "motion"]
    shape = columns[0][1].shape
    figure, axes = plt.subplots(
        len(names),
        len(columns),
        squeeze=False,
        gridspec_kw={"wspace": 0.03, "hspace": 0.03},
        figsize=(2 * len(columns), 2.03 * len(names) * shape[0] / shape[1]),
    )
    for i, (name, onset, apex, field) in enumerate(columns):
        axes[0, i].set_title(name, color=colour_of(name, INK), fontsize=12)
        pictures = [onset, apex]
        if factor:
            # Glasses and locks do not move with the skin behind them: smoothing mends the tears.
            smooth = cv2.GaussianBlur(field[..., :2], (0, 0), 5)
            pictures.append(optical_flow.magnify(onset, smooth, factor))
        for row, image in enumerate(pictures):
            axes[row, i].imshow(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
        axes[-1, i].imshow(optical_flow.colours(field[..., :2], largest))
    for axis, name in zip(axes[:, 0], names):
        axis.set_ylabel(name, fontsize=11)
    for axis in axes.flat:
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set_visible(False)
    beside = axes[-1, -1].get_position()
    wheel(
        figure.add_axes((beside.x1 + 0.01, beside.y0, 1.1 / len(columns) / 2, beside.height)),
        largest,
    )
    if title:
        figure.suptitle(title, y=0.93, fontsize=14, color=colour_of(title, INK))
    return figure


def performance(numbers, actions, intensities, marks: dict[str, int], title: str = ""):
    """Intensities (N, A) of facial actions over frame numbers, with labelled frames as lines."""
    figure, axis = plt.subplots(figsize=(7.5, 3.2), layout="constrained")
    strongest = intensities.max(0)
    colours = sns.color_palette("colorblind", len(actions))
    for i in np.argsort(-strongest):
        faint = strongest[i] < 0.2 * strongest.max()
        axis.plot(
            numbers,
            intensities[:, i],
            color=PALE if faint else colours[i],
            lw=1 if faint else 2,
            label=None if faint else actions[i],
        )
    for name, number in marks.items():
        axis.axvline(number, color=INK, lw=1, ls="--" if "table" in name else "-")
        axis.annotate(
            name,
            (number, axis.get_ylim()[1]),
            fontsize=8,
            rotation=90,
            va="top",
            ha="right",
            xytext=(-2, -2),
            textcoords="offset points",
        )
    axis.set(xlabel="frame, 5 ms each", ylabel="intensity", title=title)
    axis.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return figure
