"""Install mer's wheel into an empty environment, and use it far from any checkout.

`python tests/measure/wheel.py` builds the wheel, installs it into a fresh
environment with the versions of requirements.lock, and asks there for what a user has without
extras: `import mer`, `mer doctor`, and `mer analyse` on the sample. It says seconds and sizes, and
ends with 1 where something fails. Packages are downloaded, or come from pip's cache.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
TRACKED = ("mer", "pyproject.toml", "README.md", "LICENSE")
BUILD = "from setuptools import build_meta; print(build_meta.build_wheel('dist'))"
IMPORT = "import mer; from mer.video import analyse; print(mer.__version__, mer.__file__)"
LEFT = {"log.csv", "report.json", "timeline.png", "annotated.mkv"}


def build(folder):
    """The wheel of what git tracks, as it stands in the working tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *TRACKED], cwd=CHECKOUT, capture_output=True, check=True
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (CHECKOUT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, folder / name)
    run([sys.executable, "-c", BUILD], folder)
    (wheel,) = (folder / "dist").glob("*.whl")
    return wheel


def run(command, folder, **variables):
    """Output and seconds of a command that knows no checkout; ends the program if it fails.

    Answers of 0 only are right, but for the doctor, who says 1 when something is missing.
    """
    around = {k: v for k, v in os.environ.items() if not k.startswith(("MER_", "PYTHONPATH"))}
    begun = time.monotonic()
    done = subprocess.run(
        command, cwd=folder, env=around | variables, capture_output=True, text=True
    )
    spent = time.monotonic() - begun
    bad = done.returncode not in ((0, 1) if command[-1] == "doctor" else (0,))
    if bad or "Traceback" in done.stderr:
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stderr[-3000:]}")
    return done.stdout, spent


def size(folder):
    """Megabytes below a folder."""
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()) / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--show", action="store_true", help="print what the commands said")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("source", "elsewhere", "home"):
            (folder / part).mkdir()
        wheel = build(folder / "source")
        print(f"wheel: {wheel.name}, {wheel.stat().st_size / 1e6:.1f} MB")

        venv.create(folder / "environment", with_pip=True)
        tools = folder / "environment" / ("Scripts" if os.name == "nt" else "bin")
        empty = size(folder / "environment")
        pip = [tools / "python", "-m", "pip", "install", "--quiet"]
        lock = ["--constraint", CHECKOUT / "requirements.lock"]
        _, spent = run([*pip, *lock, wheel], folder)
        shutil.rmtree(folder / "source")
        print(f"installed: {spent:.0f} s, {size(folder / 'environment') - empty:.0f} MB")

        elsewhere, out = folder / "elsewhere", folder / "elsewhere" / "out"
        for said in (
            [tools / "python", "-c", IMPORT],
            [tools / "mer", "doctor"],
            [tools / "mer", "analyse", "--sample", "--out", out],
        ):
            text, spent = run(said, elsewhere, HOME=str(folder / "home"))
            print(f"{' '.join([said[0].name, *map(str, said[1:])])}: {spent:.1f} s")
            print(text if options.show else "", end="")
            if said[-1] == "doctor" and "pip install 'mer-study[study]'" not in text:
                sys.exit(f"mer doctor does not say how the rest is installed:\n{text}")
        left = {path.name for path in out.iterdir() if path.stat().st_size}
        print(f"left: {', '.join(sorted(left))}, {size(out):.1f} MB")
    held = left >= LEFT
    print("holds" if held else f"DOES NOT HOLD: {', '.join(sorted(LEFT - left))} is missing")
    sys.exit(not held)


if __name__ == "__main__":
    main()
