"""Options that commands share, and words that have to be numbers."""

from __future__ import annotations

import argparse


def add_size(command) -> None:
    """How large a run is, and its seed."""
    command.add_argument(
        "--profile", default="quick", help="how large a run: smoke, quick (default), full or paper"
    )
    command.add_argument("--seed", type=int, default=0, help="default 0")


def positive(word: str) -> float:
    """A number above 0."""
    try:
        number = float(word)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{word!r} is no number above 0")
    return number


def port(word: str) -> int:
    """The number of a port."""
    if not word.isdecimal() or not 1 <= int(word) <= 65535:
        raise argparse.ArgumentTypeError(f"{word!r} is no port: choose 1 to 65535")
    return int(word)
