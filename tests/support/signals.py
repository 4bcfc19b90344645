"""A face whose skin and landmarks move as they are told to, as the tracker gives it."""

import numpy as np

from mer.video import geometry
from mer.video.pictures import SIZE
from mer.video.signals import Signals
from mer.video.skin import beside_lids
from mer.video.spotting import IntervalSpotter
from mer.video.tracking import Look, Tracked
from support.landmarks import mesh

CELLS = len(beside_lids())


def look(whole=True, **more):
    """What landmarks tell; `more` is that of `mesh`."""
    seen = mesh(**more)
    held = geometry.head(seen)
    return Look(held, geometry.shape(seen, held), np.full((SIZE, SIZE), 90, np.uint8), whole)


def tracked(cells=0.0, look=None, fresh=False):
    """A frame in which all skin, or each cell (CELLS, 2), has moved by `cells`."""
    moved = np.broadcast_to(cells, (CELLS, 2))
    return Tracked(np.eye(2, 3), moved, 0.0, np.zeros(2), look, fresh)


def filled(cells, seconds=2.0, fps=30.0, **more):
    """Signals of a face whose skin moves by `cells(t)`; landmarks are looked at each time."""
    found, spotter = Signals(), IntervalSpotter(beside_lids())
    for time in np.arange(0, seconds, 1 / fps):
        found.push(tracked(cells(time), look(**more)), time, spotter)
    return found
