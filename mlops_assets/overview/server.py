"""Serve Dagster's UI with the overview in front of it.

`python -m mlops_assets.overview.server HOST PORT`, in the folder with workspace.yaml, starts
Dagster's daemon and code server too. With `--workspace FILE` they run elsewhere.
"""

import sys
from argparse import ArgumentParser
from pathlib import Path

from starlette.middleware import Middleware

from mlops_assets.overview.app import Overview
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.ui.dagster_server import main

if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--workspace", type=Path)
    given = parser.parse_args()
    pages = [Middleware(Overview, settings=Settings.from_environment(), read_ahead=True)]
    sys.exit(main(given.host, given.port, pages, given.workspace))
