"""Synthetic people who show micro-expressions, with ground truth that no real database has.

`build` renders a cast in CASME II's own layout, which `mer.datasets` reads; `is_built` says
whether one is complete. `cast_of` and `shots` give onset/apex pairs of as many other people as
a question needs; `record` makes long videos of what `schedules` plans.

Who somebody is stands in `identity`; `body` is what they look like, `behaviour` what they do,
`rendering` how a camera sees it, on the `geometry` of meshes and rays. Each of these rooms
knows only those below it: geometry, body, behaviour, rendering.
"""

from typing import TYPE_CHECKING

from mer.core.lazy import face

if TYPE_CHECKING:
    from mer.people.behaviour.coding import Selection
    from mer.people.behaviour.schedule import schedules
    from mer.people.cast import build
    from mer.people.crowd import cast_of, shots
    from mer.people.storage import is_built
    from mer.people.takes import record

__all__ = ["Selection", "build", "cast_of", "is_built", "record", "schedules", "shots"]
__getattr__, __dir__ = face(
    __name__,
    __all__,
    Selection="behaviour.coding",
    build="cast",
    cast_of="crowd",
    is_built="storage",
    record="takes",
    schedules="behaviour.schedule",
    shots="crowd",
)
