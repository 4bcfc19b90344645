"""Measure what the study promises about itself: `python tests/measure/bars.py WHAT`, of these:

repeat  two undisturbed runs with one seed have equal metrics (but for seconds)
killed  a run that is killed with SIGKILL at three random moments and resumed has the metrics of
        an undisturbed one, and executes no finished notebook again
cluster a run on a Dask cluster of two local workers has the metrics of one without
clone   seconds of `make study` and `make test` in a fresh clone with a fresh environment
"""

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from distributed import Client

CHECKOUT = Path(__file__).resolve().parents[2]


def mer(*arguments):
    """A command line of mer, in this very environment."""
    return [sys.executable, "-m", "mer", *map(str, arguments)]


def study(run_dir, options, *more):
    """Start a run; its process group can be killed as a whole."""
    only = [word for name in options.only for word in ("--only", name)]
    command = mer("study", "--profile", options.profile, "--run-dir", run_dir, *only, *more)
    return subprocess.Popen(command, cwd=CHECKOUT, start_new_session=True)


def finish(run_dir, options, *more):
    """Run to the end; seconds it took."""
    begun = time.monotonic()
    if study(run_dir, options, *more).wait():
        sys.exit(f"the run in {run_dir} failed")
    return time.monotonic() - begun


def equal(a, b):
    """Whether two runs agree to the last digit, told as a table by `mer compare`."""
    return subprocess.run(mer("compare", "--exact", a, b), cwd=CHECKOUT).returncode == 0


def finished(run_dir):
    """When each finished notebook was executed."""
    states = (Path(run_dir) / "state").glob("*.json")
    return {path.stem: json.loads(path.read_text())["finished"] for path in states}


def repeat(options, folder):
    """Two runs, one seed, equal metrics."""
    runs = [folder / "a", folder / "b"]
    for run in runs:
        print(f"{run.name}: {finish(run, options):.0f} s")
    return equal(*runs)


def killed(options, folder):
    """Three kills, each in what is left of the run, then the end of it; nothing done twice."""
    calm, torn = Path(options.calm or folder / "calm"), folder / "torn"
    length = finish(calm, options) if not options.calm else options.seconds
    draw = random.Random(options.seed)
    moments = sorted(draw.uniform(0.05, 0.9) * length for _ in range(3))
    before, again, passed = {}, [], 0.0
    for moment in moments:
        run = study(torn, options, "--resume")
        time.sleep(moment - passed)
        passed = moment
        alive = run.poll() is None
        os.killpg(run.pid, signal.SIGKILL) if options.group else run.kill()
        run.wait()
        done = finished(torn)
        again += [name for name in before if done.get(name) != before[name]]
        before = done
        print(f"killed at {moment:.0f} s (alive: {alive}); finished: {', '.join(sorted(done))}")
    print(f"the rest: {finish(torn, options, '--resume'):.0f} s")
    done = finished(torn)
    again += [name for name in before if done[name] != before[name]]
    print("executed again although finished:", ", ".join(again) or "none")
    return equal(calm, torn) and not again


@contextlib.contextmanager
def two_workers(folder):
    """The address of a scheduler on this machine, whose two workers have one thread each."""
    where = folder / "scheduler.json"
    found = ["--scheduler-file", str(where), "--no-dashboard"]
    around = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    begun = []
    try:
        for role in (
            ["scheduler", "--host", "127.0.0.1", "--port", "0"],
            ["worker", "--nworkers", "2", "--nthreads", "1", "--local-directory", str(folder)],
        ):
            command = [sys.executable, "-m", "dask", *role, *found]
            log = (folder / f"{role[0]}.log").open("w")
            begun.append(
                subprocess.Popen(
                    command, cwd=folder, env=around, stderr=log, start_new_session=True
                )
            )
            patience = time.monotonic() + 60
            while not where.exists() and time.monotonic() < patience:
                time.sleep(0.2)
        address = json.loads(where.read_text())["address"]
        with Client(address) as client:
            client.wait_for_workers(2, timeout=60)
        yield address
    finally:
        for process in reversed(begun):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def done_there(address):
    """How often a job went from one state to another on the cluster: 0 where nobody sent any."""
    with Client(address) as client:
        return client.run_on_scheduler(lambda dask_scheduler: dask_scheduler.transition_counter)


def cluster(options, folder):
    """One run here and one on two workers, equal metrics."""
    here, there = folder / "here", folder / "there"
    print(f"here: {finish(here, options):.0f} s")
    with two_workers(folder) as address:
        print(f"on two workers: {finish(there, options, '--cluster', address):.0f} s")
        steps = done_there(address)
    print(f"steps of jobs that the scheduler saw: {steps}")
    return equal(here, there) and steps > 0


def clone(options, folder):
    """What somebody new waits for, set-up included, and what continuous integration does.

    Nothing is kept from before but downloaded wheels: the home folder is a new one too.
    """
    wheels = subprocess.run(
        [sys.executable, "-m", "pip", "cache", "dir"], capture_output=True, text=True, check=True
    ).stdout.strip()
    for target, minutes in (("study", 25), ("test", 15)):
        home, checkout = folder / target / "home", folder / target / "mer"
        home.mkdir(parents=True)
        subprocess.run(["git", "clone", "--quiet", str(CHECKOUT), str(checkout)], check=True)
        begun = time.monotonic()
        code = subprocess.run(
            ["make", target],
            cwd=checkout,
            env={**os.environ, "HOME": str(home), "PIP_CACHE_DIR": wheels},
        ).returncode
        spent = time.monotonic() - begun
        print(f"make {target}: exit {code}, {spent / 60:.1f} minutes (bar: {minutes})")
        if code or spent > 60 * minutes:
            return False
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("bar", choices=("repeat", "killed", "cluster", "clone"))
    parser.add_argument("--profile", default="smoke")
    parser.add_argument("--only", action="append", default=[], help="as in mer study")
    parser.add_argument("--seed", type=int, default=0, help="draws the moments of the kills")
    parser.add_argument("--calm", help="killed: an undisturbed run that is already there …")
    parser.add_argument("--seconds", type=float, help="… and how long it took")
    parser.add_argument("--group", action="store_true", help="killed: kernels and workers too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        held = globals()[options.bar](options, Path(folder))
    print("holds" if held else "DOES NOT HOLD")
    sys.exit(not held)


if __name__ == "__main__":
    main()
