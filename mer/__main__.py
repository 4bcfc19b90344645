"""The command line: `mer study | people | takes | analyse | spot | app | doctor | …`."""

from __future__ import annotations

import argparse
import signal
import sys

from mer import __version__
from mer.commands import data, demo, study
from mer.core.errors import MerError


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code. Errors of the user's are one text, no traceback."""
    parser = _parser()
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        refuse = getattr(options, "refuse", parser.error)
        refuse(f"unrecognized arguments: {' '.join(unknown)}")
    if options.command is None:
        parser.print_help()
        return 0
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return options.run(options) or 0
    except MerError as error:
        print(f"mer: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"mer: {error.filename or options.command}: {error.strerror or error}. "
            "Check the room on the disk and the rights on that path.",
            file=sys.stderr,
        )
        return 1
    except ModuleNotFoundError as error:
        if (error.name or "mer").split(".")[0] == "mer":
            raise
        print(
            f"mer: {error.name} is not installed. `mer doctor` says how to get it.", file=sys.stderr
        )
        return 1
    except KeyboardInterrupt:
        again = " Go on with the same command and --resume." if options.command == "study" else ""
        print(f"\nmer: interrupted.{again}", file=sys.stderr)
        return 130


def _interrupt(*unused):
    """A polite kill ends like Ctrl-C: the kernel is shut down."""
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mer", description="A reproducible study of facial micro-expressions."
    )
    parser.add_argument("--version", action="version", version=f"mer {__version__}")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")
    for group in (study, data, demo):
        group.add(commands)
    for command in commands.choices.values():  # the usage that is shown is that of the command
        command.set_defaults(refuse=command.error)
    return parser


if __name__ == "__main__":
    sys.exit(main())
