"""What the study works on: `mer people | takes | fetch`."""

from __future__ import annotations

from pathlib import Path

from mer.commands.options import add_size


def add(commands) -> None:
    """Tell the command line of them."""
    _add_people(commands)
    _add_takes(commands)
    _add_fetch(commands)


def _add_people(commands) -> None:
    people = commands.add_parser("people", help="build the synthetic people, or check them")
    add_size(people)
    people.add_argument(
        "--out", type=Path, help="default: data/synthetic/<profile>-seed<N>, or MER_SYNTHETIC"
    )
    people.set_defaults(run=_people)


def _add_takes(commands) -> None:
    takes = commands.add_parser("takes", help="record long takes of other synthetic people")
    takes.add_argument("--fps", type=float, default=30, help="frames a second, default 30")
    takes.add_argument("--seconds", type=float, default=30, help="length of a take, default 30")
    takes.add_argument("--count", type=int, default=4, help="how many takes, default 4")
    takes.add_argument("--still", action="store_true", help="no expression, only blinks and nods")
    takes.add_argument(
        "--conditions",
        default="none",
        metavar="NAMES",
        help="what else happens, with commas between: turn, tilt, approach, speech, cover, midway, "
        "light, webcam; all; none (default)",
    )
    takes.add_argument("--seed", type=int, default=0, help="default 0")
    takes.add_argument("--out", type=Path, help="default: data/synthetic/takes-seed<N>")
    takes.set_defaults(run=_takes)


def _add_fetch(commands) -> None:
    fetch = commands.add_parser("fetch", help="fetch published data")
    fetch.add_argument("source", choices=["megc2019"])
    fetch.add_argument(
        "--from",
        dest="origin",
        metavar="URL_OR_PATH",
        help="clone this instead of the public repository",
    )
    fetch.set_defaults(run=_fetch)


def _people(options) -> None:
    from mer import people
    from mer.datasets import source_root
    from mer.study.profiles import profile as find_profile

    profile = find_profile(options.profile)
    root = options.out or source_root("synthetic", profile.name, options.seed)
    people.build(root, profile.people, options.seed, progress=True)
    print(f"The people, all files checked: {root}")


def _takes(options) -> None:
    from mer.datasets import takes_root
    from mer.people.behaviour import conditions
    from mer.people.behaviour.schedule import schedules
    from mer.people.takes import record

    wanted = conditions.parse(options.conditions)
    takes = schedules(options.seed, options.count, options.seconds, options.still, wanted)
    root = options.out or takes_root(options.seed)
    names = record(root, takes, options.fps, options.seed)
    print(f"The takes {names[0]} to {names[-1]}: {root}")


def _fetch(options) -> None:
    from mer.datasets.fetch import fetch_megc2019

    fetch_megc2019(options.origin) if options.origin else fetch_megc2019()
