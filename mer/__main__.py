"""The command line: `mer study | people | takes | analyse | spot | app | doctor | …`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

from mer import __version__
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
    _add_study(commands)
    _add_people(commands)
    _add_takes(commands)
    _add_analyse(commands)
    _add_spot(commands)
    _add_recogniser(commands)
    _add_fetch(commands)
    _add_compare(commands)
    _add_app(commands)
    doctor = commands.add_parser("doctor", help="say what is installed and which data is found")
    doctor.set_defaults(run=_doctor)
    for command in commands.choices.values():  # the usage that is shown is that of the command
        command.set_defaults(refuse=command.error)
    return parser


def _add_size(command) -> None:
    command.add_argument(
        "--profile", default="quick", help="how large a run: smoke, quick (default), full or paper"
    )
    command.add_argument("--seed", type=int, default=0, help="default 0")


def _add_study(commands) -> None:
    study = commands.add_parser("study", help="run the notebooks and leave a report")
    study.add_argument(
        "--source", default="synthetic", help="synthetic (default), casme2 or megc2019"
    )
    _add_size(study)
    study.add_argument(
        "--run-dir",
        type=Path,
        help="where the report goes (default: reports/<source>-<profile>-seed<N>)",
    )
    study.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NN",
        help="this notebook and what it needs, such as 06 or 05,06; repeatable",
    )
    study.add_argument(
        "--resume",
        action="store_true",
        help="go on with a run; what is finished and unchanged is kept",
    )
    study.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="train on the Dask cluster of this scheduler, tcp://HOST:PORT "
        "(default: MER_CLUSTER; without either, on this machine's cores)",
    )
    study.set_defaults(run=_study)


def _add_people(commands) -> None:
    people = commands.add_parser("people", help="build the synthetic people, or check them")
    _add_size(people)
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


def _add_analyse(commands) -> None:
    analyse = commands.add_parser("analyse", help="read the expressions in videos")
    analyse.add_argument(
        "videos",
        metavar="VIDEO",
        type=Path,
        nargs="*",
        help="files that OpenCV can decode, or folders of them",
    )
    analyse.add_argument(
        "--sample", action="store_true", help="the sample that comes with mer: six seconds"
    )
    analyse.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="leave log.csv, the table of all, report.json, timeline.png and annotated.mkv there; "
        "of several videos each in a folder of its own",
    )
    _add_models(analyse)
    analyse.set_defaults(run=_analyse)


def _add_spot(commands) -> None:
    spot = commands.add_parser(
        "spot", help="spot expressions in long videos, and score them by the MEGC protocol"
    )
    spot.add_argument(
        "videos",
        metavar="VIDEOS",
        type=Path,
        nargs="*",
        help="video files, folders of them, folders of numbered pictures, or one .csv of "
        "intervals that were found before (default: what CASME2_RAW names)",
    )
    spot.add_argument(
        "--truth",
        type=Path,
        metavar="TABLE",
        help=".csv with columns subject, video, onset, offset and perhaps kind (micro, macro) and "
        "emotion; the coding table of CASME II; or a folder of recorded takes",
    )
    spot.add_argument(
        "--fps",
        type=_positive,
        metavar="N",
        help="tables count frames, so many a second, and not seconds; pictures need it",
    )
    spot.add_argument(
        "--first-frame",
        type=int,
        default=1,
        metavar="N",
        help="number of a video's first frame in tables that count frames, default 1",
    )
    spot.add_argument(
        "--spotter",
        default="mer",
        choices=("mer", "regional-flow", "earlier-rule"),
        help="who spots: mer (default), the field's way without training, or the earlier demo",
    )
    spot.add_argument(
        "--out", type=Path, metavar="DIR", help="leave predictions.csv and scores.json there"
    )
    _add_models(spot)
    spot.set_defaults(run=_spot)


def _positive(word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{word!r} is no number above 0")
    return number


def _add_models(command) -> None:
    command.add_argument(
        "--models",
        type=Path,
        metavar="DIR",
        help="folder of the recogniser's weights (default: those that come with mer)",
    )


def _add_recogniser(commands) -> None:
    recogniser = commands.add_parser(
        "recogniser",
        help="train the demo's recogniser on synthetic people (about 20 minutes on two cores)",
    )
    recogniser.add_argument(
        "--people",
        type=int,
        default=60,
        help="how many are rendered, default 60; every fifth is kept to test on",
    )
    recogniser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder of the weights (default: in place of those that come with mer)",
    )
    recogniser.add_argument(
        "--check",
        type=Path,
        metavar="TAKES",
        help="train nothing: say how the weights fare with the recorded takes of this folder",
    )
    recogniser.add_argument(
        "--with",
        "--source",
        dest="source",
        choices=("megc2019", "casme2"),
        help="render nobody: teach the weights that come with mer what the real people of this "
        "source show, and say what that gained on people who were left out; needs --out",
    )
    recogniser.set_defaults(run=_recogniser)


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


def _add_compare(commands) -> None:
    compare = commands.add_parser("compare", help="hold two runs' metrics against each other")
    compare.add_argument("a", metavar="A", help="run directory or metrics.json")
    compare.add_argument("b", metavar="B", help="run directory or metrics.json")
    compare.add_argument("--seconds", action="store_true", help="compare times too")
    compare.add_argument(
        "--exact",
        action="store_true",
        help="ask for equal values, not for values within the intervals",
    )
    compare.set_defaults(run=_compare)


def _add_app(commands) -> None:
    app = commands.add_parser("app", help="serve the demo as a web page to this machine")
    app.add_argument("--port", type=_port, default=8866, help="default 8866")
    app.add_argument("--no-browser", action="store_true", help="open no browser")
    app.set_defaults(run=_app)


def _port(word: str) -> int:
    if not word.isdecimal() or not 1 <= int(word) <= 65535:
        raise argparse.ArgumentTypeError(f"{word!r} is no port: choose 1 to 65535")
    return int(word)


def _study(options) -> None:
    from mer.core import environment, parallel
    from mer.study.runner import Study

    only = [word.strip() for entry in options.only for word in entry.split(",") if word.strip()]
    study = Study(
        options.source, options.profile, options.seed, options.run_dir, only, options.resume
    )
    if options.cluster:
        parallel.connect(options.cluster).close()  # nothing is run unless it answers
        os.environ[environment.CLUSTER] = options.cluster  # the kernels inherit it
    study.run()
    print(f"The report: {study.run_folder / 'index.html'}")


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


def _analyse(options) -> None:
    if bool(options.videos) == options.sample:
        options.refuse("name videos or folders of them, or give --sample alone")
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # mer's own message is clearer
    from mer.video import export
    from mer.video.reading import SAMPLE
    from mer.video.recogniser import FOLDER, Recogniser

    recogniser = Recogniser.load(options.models or FOLDER)
    export.run([SAMPLE] if options.sample else options.videos, recogniser, options.out)


def _spot(options) -> None:
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    from mer.video import spot
    from mer.video.recogniser import FOLDER, Recogniser

    spot.run(
        options.videos,
        options.truth,
        Recogniser.load(options.models or FOLDER),
        options.spotter,
        options.fps,
        options.first_frame,
        options.out,
    )


def _recogniser(options) -> None:
    from mer.datasets import open_source, read_takes
    from mer.video import real_people, recogniser, recogniser_data, recogniser_training

    if options.source and (options.check or not options.out):
        options.refuse("--with goes with --out and without --check: name a folder of your own")
    folder = options.out or recogniser.FOLDER
    if options.check:
        kept = recogniser.Recogniser.load(folder)
        print(
            recogniser_training.account(kept, recogniser_data.of_takes(read_takes(options.check)))
        )
        return
    if options.source:
        source = open_source(options.source)
        made, told = real_people.taught(recogniser.Recogniser.load(), source)
        print(f"The recogniser: {made.save(folder)}\n{told}")
        return
    made, strangers = recogniser_training.make(recogniser_data.folder(), options.people)
    print(f"The recogniser: {made.save(folder)}\nOn people it was not trained on:")
    print(recogniser_training.account(made, strangers))


def _fetch(options) -> None:
    from mer.datasets.fetch import fetch_megc2019

    fetch_megc2019(options.origin) if options.origin else fetch_megc2019()


def _compare(options) -> int:
    from mer.study.compare import compare, read_metrics, table

    lines = compare(
        read_metrics(options.a), read_metrics(options.b), options.seconds, options.exact
    )
    print(table(lines))
    return int(any(line.difference for line in lines))


def _app(options) -> None:
    from mer.core.paths import checkout
    from mer.video.page.server import serve

    notebook = checkout() / "notebooks" / "13_video_demo.ipynb"
    serve(notebook, options.port, not options.no_browser)


def _doctor(options) -> int:
    from mer.study.doctor import doctor

    report, healthy = doctor()
    print(report, end="")
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main())
