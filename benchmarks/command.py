"""The command line shared by all benchmarks: choose parts, run them, write the page."""

import argparse
import os
from collections.abc import Callable, Mapping

from benchmarks.checkout import ROOT
from benchmarks.report import Report

Part = Callable[[Report, int], None]
"""Takes the report and the number of repetitions."""
BUSY = 0.5  # processes ready to run, before we start any
PAGE = ROOT / "docs" / "benchmarks.md"


def run(
    parts: Mapping[str, Part],
    report: Report,
    *,
    module: str,
    about: str,
    repeats: str,
    usual: int,
    least: int = 1,
) -> None:
    """Run the requested parts, `--<repeats>` times; if these are all parts, write the page.

    `module` is the argument of `python -m`, and `about` the text of `--help`.
    """
    parser = _parser(parts, module, about, repeats, usual)
    given = parser.parse_args()
    if given.times < least:
        parser.error(f"--{repeats} {given.times}: at least {least} are needed")
    if (load := os.getloadavg()[0]) > BUSY:
        print(f"The machine is busy (load {load:.1f}): trust no time of this run.", flush=True)
    for part in given.only:
        print(f"{part}: {given.times} {repeats}", flush=True)
        parts[part](report, given.times)
    if set(given.only) == set(parts):
        report.write(PAGE, f"python -m {module} --{repeats} {given.times}")
        print(f"written to {PAGE.relative_to(ROOT)}")


def _parser(
    parts: Mapping[str, Part], module: str, about: str, repeats: str, usual: int
) -> argparse.ArgumentParser:
    def chosen(text: str) -> list[str]:
        names = text.split(",")
        if unknown := [name for name in names if name not in parts]:
            raise argparse.ArgumentTypeError(f"no part {unknown}; the parts are {list(parts)}")
        return names

    parser = argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--only", type=chosen, default=list(parts), help=f"parts to run: {','.join(parts)}"
    )
    parser.add_argument(
        f"--{repeats}",
        type=int,
        default=usual,
        dest="times",
        help=f"how many {repeats} (default: {usual})",
    )
    return parser
