"""How large a run is. This table is the only place where the profiles differ."""

from __future__ import annotations

from dataclasses import dataclass

from mer.core.errors import MerError
from mer.people import Selection
from mer.people.casme2_statistics import EMOTIONS, STUDIED


@dataclass(frozen=True)
class Profile:
    """The size of a run; every notebook reads what it needs from here.

    subjects          the people who take part (None: all 26)
    per_class         at most this many sequences of a class and person (None: all)
    frame_step        every how many-th synthetic frame is rendered between the three key frames
    size              side of the SimpleCNN's input in pixels
    epochs            passes over the training data of the SimpleCNN (the earlier recipe has 10)
    folds             grouped folds (None: leave one subject out)
    seeds             how often each training is repeated (SimpleCNN)
    flow_seeds        the same for networks of small flows (notebook 12)
    flow_folds        folds of notebook 10 (None: leave one subject out)
    flow_epochs       epochs of the compact network (notebook 13)
    ststnet           epochs, learning rate and batch of STSTNet (full: its paper's own schedule),
                      and seeds
    crowd             synthetic people, pairs of each and pictures of a pair that train a network
                      for real faces (notebook 12)
    claim             side in pixels of the earlier implementation's experiment, done again;
                      epochs of its recipe, and seeds of the leakage ladder (notebook 09)
    sizes             epochs, folds and sides in pixels where the input size of the SimpleCNN is
                      compared (notebook 14)
    bench             seeds of the small networks of notebook 10, and epochs of the two folds that
                      measure what STSTNet's own schedule costs
    bootstrap         resamples behind a confidence interval
    emotions          what the synthetic people show
    """

    name: str
    subjects: tuple[str, ...] | None
    per_class: int | None
    frame_step: int
    size: int
    epochs: int
    folds: int | None
    seeds: int
    flow_seeds: int
    flow_folds: int | None
    flow_epochs: int
    ststnet: tuple[int, float, int, int]
    crowd: tuple[int, int, int]
    claim: tuple[int, int, int]
    sizes: tuple[int, int | None, tuple[int, ...]]
    bench: tuple[int, int]
    bootstrap: int
    emotions: tuple[str, ...] = STUDIED

    @property
    def people(self) -> Selection:
        """The synthetic people of a run of this size."""
        return Selection(
            self.subjects, self.per_class, self.emotions, self.frame_step, name=self.name
        )


# Six people who show all five emotions between them, each emotion on at least two faces.
_FEW = ("sub02", "sub09", "sub17", "sub19", "sub24", "sub26")

# STSTNet: its paper's own schedule, and a shorter one at a higher rate.
_PAPER, _SHORT, _TOUCH = (800, 5e-5, 256, 5), (40, 1e-3, 64, 1), (2, 1e-3, 64, 1)

_CROWD, _PAIR = (52, 24, 2), (2, 6, 1)

_CLAIM, _PEEK = (224, 10, 1), (32, 1, 1)

# fmt: off
_TABLE = (
    #       name    people cls step size epo folds seeds fs ff   fe  ststnet crowd   claim
    Profile("smoke", _FEW, 2,   12, 32,  1,  2,    1,    1, 2,    2,  _TOUCH, _PAIR,  _PEEK,
            (1, 2, (16, 24)), (1, 4), 50),
    Profile("quick", None, None, 6, 48,  10, 5,    2,    3, None, 30, _SHORT, _CROWD, _CLAIM,
            (4, 3, (32, 64, 112)), (5, 200), 999),
    Profile("full", None, None, 1, 224, 10, None, 5,    5, None, 30, _PAPER, _CROWD,
            (224, 10, 5), (10, None, (64, 112, 224)), (5, 800), 1999, EMOTIONS),
)
# fmt: on
PROFILES = {profile.name: profile for profile in _TABLE}


def profile(name: str) -> Profile:
    """The profile called `name`; an unknown name is an error that lists the known ones."""
    if name not in PROFILES:
        raise MerError(f"unknown profile {name!r}; choose one of {', '.join(PROFILES)}")
    return PROFILES[name]
