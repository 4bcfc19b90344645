"""The study and what it left: `mer study | compare | doctor`."""

from __future__ import annotations

import os
from pathlib import Path

from mer.commands.options import add_size


def add(commands) -> None:
    """Tell the command line of them."""
    _add_study(commands)
    _add_compare(commands)
    doctor = commands.add_parser("doctor", help="say what is installed and which data is found")
    doctor.set_defaults(run=_doctor)


def _add_study(commands) -> None:
    study = commands.add_parser("study", help="run the notebooks and leave a report")
    study.add_argument(
        "--source", default="synthetic", help="synthetic (default), casme2 or megc2019"
    )
    add_size(study)
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


def _compare(options) -> int:
    from mer.study.compare import compare, read_metrics, table

    lines = compare(
        read_metrics(options.a), read_metrics(options.b), options.seconds, options.exact
    )
    print(table(lines))
    return int(any(line.difference for line in lines))


def _doctor(options) -> int:
    from mer.study.doctor import doctor

    report, healthy = doctor()
    print(report, end="")
    return 0 if healthy else 1
