"""Synthetic people who show micro-expressions, with ground truth that no real database has.

`build` renders a cast in CASME II's own layout, which `mer.datasets` reads; `is_built` says
whether one is complete. `cast_of` and `shots` give onset/apex pairs of as many other people as
a question needs; `record` makes long videos of what `schedules` plans.

Who somebody is stands in `identity`; `body` is what they look like, `behaviour` what they do,
`rendering` how a camera sees it, on the `geometry` of meshes and rays. Each of these rooms
knows only those below it: geometry, body, behaviour, rendering.
"""

import importlib

_HOMES = {
    "Selection": "behaviour.coding",
    "build": "cast",
    "cast_of": "crowd",
    "is_built": "storage",
    "record": "takes",
    "schedules": "behaviour.schedule",
    "shots": "crowd",
}
__all__ = list(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module 'mer.people' has no attribute {name!r}")
    return getattr(importlib.import_module(f"mer.people.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
