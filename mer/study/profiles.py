"""How large a run is. This table is the only place where the profiles differ."""

from __future__ import annotations

from dataclasses import dataclass

from mer.core.errors import MerError
from mer.people import Selection
from mer.people.casme2_statistics import EMOTIONS, STUDIED


@dataclass(frozen=True)
class Profile:
    """The size of a run; every notebook reads what it needs from here.

    subjects             the people who take part (None: all 26)
    per_class            at most this many sequences of a class and person (None: all)
    emotions             what the synthetic people show
    frame_step           every how many-th synthetic frame is rendered between the key frames
    size                 side of the SimpleCNN's input in pixels
    epochs               passes over the training data of the SimpleCNN (the earlier recipe has 10)
    apex_epochs          the same for the network that fits the apex frames (`training.fitted_apex`)
    folds                grouped folds (None: leave one subject out)
    seeds                how often each training is repeated (SimpleCNN)
    flow_seeds           the same for networks of small flows (notebook 11)
    flow_folds           folds of notebook 12 (None: leave one subject out)
    flow_epochs          epochs of the compact network (notebook 14)
    benchmark_seeds      seeds of the small networks of notebook 12
    ststnet_epochs, ststnet_lr, ststnet_batch, ststnet_seeds
                         training of STSTNet (full: its paper's own schedule)
    ststnet_cost_epochs  epochs of the two folds that measure what that schedule costs
    strangers, stranger_pairs
                         people of the examination (`mer.experiments.examination`), and the
                         sequences of each
    stranger_shifts      frames of theirs that are rendered by their distance from the apex
    flow_rivals          flow algorithms that a network reads beside the study's own (notebook 03)
    moving_people        strangers who are rendered once more with their heads moved (notebook 03)
    light_strangers      how many of them are examined in other lights (notebook 08)
    crowd_people, crowd_pairs, crowd_pictures
                         synthetic people, pairs of each and pictures of a pair that train a
                         network for real faces (notebooks 11, 12 and 14)
    earlier_size, earlier_epochs
                         the earlier implementation's experiment, done again (notebook 10)
    leakage_seeds        seeds of the leaks (notebook 10)
    leak_casts, leak_repetitions
                         casts of each bond between person and emotion, and how often all of their
                         sequences are tested by random splits (notebook 10)
    leak_network_casts, leak_network_bonds
                         those on which networks are tested so
    small_casts, small_network_casts
                         casts of CASME II's size that are a study each, and those on which a
                         network is trained as well (notebook 16)
    input_sizes          sides in pixels, where the input sizes of the SimpleCNN are compared
                         (notebook 15)
    curve_people         how many people the networks of the learning curves learn from
                         (notebook 07)
    curve_validation     people who teach their ensemble its weights
    curve_pairs, curve_size, curve_seeds
                         sequences of each of them, side in pixels, and how often the crowd is
                         dealt
    curve_epochs         passes over the data of the smallest crowd, flow and difference (the
                         apex frame has `apex_epochs`)
    cost_factors         how many times as much of each there is where cost grows (notebook 07)
    bootstrap            resamples behind a confidence interval
    """

    name: str
    subjects: tuple[str, ...] | None
    per_class: int | None
    emotions: tuple[str, ...]
    frame_step: int
    size: int
    epochs: int
    apex_epochs: int
    folds: int | None
    seeds: int
    flow_seeds: int
    flow_folds: int | None
    flow_epochs: int
    benchmark_seeds: int
    ststnet_epochs: int
    ststnet_lr: float
    ststnet_batch: int
    ststnet_seeds: int
    ststnet_cost_epochs: int
    strangers: int
    stranger_pairs: int
    stranger_shifts: tuple[int, ...]
    flow_rivals: tuple[str, ...]
    moving_people: int
    light_strangers: int
    crowd_people: int
    crowd_pairs: int
    crowd_pictures: int
    earlier_size: int
    earlier_epochs: int
    leakage_seeds: int
    leak_casts: int
    leak_repetitions: int
    leak_network_casts: int
    leak_network_bonds: tuple[str, ...]
    small_casts: int
    small_network_casts: int
    input_sizes: tuple[int, ...]
    curve_people: tuple[int, ...]
    curve_validation: int
    curve_pairs: int
    curve_size: int
    curve_seeds: int
    curve_epochs: int
    cost_factors: tuple[int, ...]
    bootstrap: int

    @property
    def people(self) -> Selection:
        """The synthetic people of a run of this size."""
        return Selection(
            self.subjects, self.per_class, self.emotions, self.frame_step, name=self.name
        )


# Six people who show all five emotions between them, each emotion on at least two faces.
_FEW = ("sub02", "sub09", "sub17", "sub19", "sub24", "sub26")

_FAST = ("farneback", "dis")
_SLOW = (*_FAST, "tv-l1")
_BOUND = ("casme2", "strong")
_ALL_SHIFTS = (-24, -12, -6, 6, 12, 24)
_CURVE = (24, 48, 96, 192, 384, 768)

# fmt: off
_TABLE = {
    "name":                ("smoke",      "quick",      "full",      "paper"),
    "subjects":            (_FEW,         None,         None,        None),
    "per_class":           (2,            None,         None,        None),
    "emotions":            (STUDIED,      STUDIED,      EMOTIONS,    EMOTIONS),
    "frame_step":          (12,           6,            1,           1),
    "size":                (32,           40,           96,          224),
    "epochs":              (1,            10,           10,          10),
    "apex_epochs":         (1,            30,           30,          30),
    "folds":               (2,            3,            5,           None),
    "seeds":               (1,            2,            5,           5),
    "flow_seeds":          (1,            2,            5,           5),
    "flow_folds":          (2,            None,         None,        None),
    "flow_epochs":         (2,            30,           30,          30),
    "benchmark_seeds":     (1,            3,            5,           5),
    "ststnet_epochs":      (2,            40,           40,          800),
    "ststnet_lr":          (1e-3,         1e-3,         1e-3,        5e-5),
    "ststnet_batch":       (64,           64,           64,          256),
    "ststnet_seeds":       (1,            1,            5,           5),
    "ststnet_cost_epochs": (4,            40,           800,         800),
    "strangers":           (4,            100,          200,         200),
    "stranger_pairs":      (5,            10,           10,          10),
    "stranger_shifts":     ((-12, 12),    (-12,),       _ALL_SHIFTS, _ALL_SHIFTS),
    "flow_rivals":         (_FAST[:1],    _FAST,        _SLOW,       _SLOW),
    "moving_people":       (2,            6,            100,         100),
    "light_strangers":     (2,            20,           100,         200),
    "crowd_people":        (2,            26,           52,          52),
    "crowd_pairs":         (6,            12,           24,          24),
    "crowd_pictures":      (1,            2,            2,           2),
    "earlier_size":        (32,           40,           112,         224),
    "earlier_epochs":      (1,            10,           10,          10),
    "leakage_seeds":       (1,            1,            2,           5),
    "leak_casts":          (1,            1,            8,           8),
    "leak_repetitions":    (1,            4,            4,           4),
    "leak_network_casts":  (1,            1,            2,           4),
    "leak_network_bonds":  (("strong",),  ("strong",),  _BOUND,      _BOUND),
    "small_casts":         (2,            5,            20,          40),
    "small_network_casts": (2,            3,            20,          40),
    "input_sizes":         ((16, 32),     (16, 24, 40), (24, 48, 96), (56, 112, 224)),
    "curve_people":        ((2, 4),       (24, 72),     _CURVE,      _CURVE),
    "curve_validation":    (2,            12,           48,          48),
    "curve_pairs":         (5,            5,            5,           10),
    "curve_size":          (32,           40,           48,          112),
    "curve_seeds":         (1,            2,            3,           5),
    "curve_epochs":        (1,            20,           20,          20),
    "cost_factors":        ((1, 2),       (1, 2, 4),    (1, 2, 4, 8), (1, 2, 4, 8)),
    "bootstrap":           (50,           999,          1999,        1999),
}
# fmt: on
PROFILES = {
    values[0]: Profile(**dict(zip(_TABLE, values, strict=True)))
    for values in zip(*_TABLE.values(), strict=True)
}


def profile(name: str) -> Profile:
    """The profile called `name`; an unknown name is an error that lists the known ones."""
    if name not in PROFILES:
        raise MerError(f"unknown profile {name!r}; choose one of {', '.join(PROFILES)}")
    return PROFILES[name]
