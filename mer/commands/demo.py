"""Videos, and the recogniser that reads them: `mer analyse | spot | recogniser | spotter
| app`."""

from __future__ import annotations

import os
from pathlib import Path

from mer.commands.options import port, positive


def add(commands) -> None:
    """Tell the command line of them."""
    _add_analyse(commands)
    _add_spot(commands)
    _add_recogniser(commands)
    _add_spotter(commands)
    _add_app(commands)


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
        type=positive,
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


def _add_spotter(commands) -> None:
    spotter = commands.add_parser(
        "spotter",
        help="train the network that spots expressions on synthetic people (about an hour on two "
        "cores)",
    )
    spotter.add_argument(
        "--also",
        type=Path,
        nargs="+",
        default=[],
        metavar="DIR",
        help="folders of recorded takes to learn from as well",
    )
    spotter.add_argument(
        "--clips",
        type=Path,
        metavar="DIR",
        help="real clips to learn from as well, with events.json (tests/measure/bars_clips.py)",
    )
    spotter.add_argument(
        "--most", type=int, metavar="N", help="so many takes of each kind, to try it (default: all)"
    )
    spotter.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder of the weights (default: in place of those that come with mer)",
    )
    spotter.set_defaults(run=_spotter)


def _add_app(commands) -> None:
    app = commands.add_parser("app", help="serve the demo as a web page to this machine")
    app.add_argument("--port", type=port, default=8866, help="default 8866")
    app.add_argument("--no-browser", action="store_true", help="open no browser")
    app.set_defaults(run=_app)


def _add_models(command) -> None:
    command.add_argument(
        "--models",
        type=Path,
        metavar="DIR",
        help="folder of the recogniser's weights (default: those that come with mer)",
    )


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


def _spotter(options) -> None:
    from mer.video import spotter_data, spotter_training
    from mer.video.recogniser import FOLDER

    made, told = spotter_training.make(
        spotter_data.folder(), options.also, options.clips, options.most
    )
    print(f"The spotter: {made.save(options.out or FOLDER)}")
    print(f"A take that it did not learn from: {told}")


def _app(options) -> None:
    from mer.core.paths import checkout
    from mer.video.page.server import serve

    notebook = checkout() / "notebooks" / "13_video_demo.ipynb"
    serve(notebook, options.port, not options.no_browser)
