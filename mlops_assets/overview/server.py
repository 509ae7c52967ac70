"""Serve Dagster's UI with the overview in front of it.

`python -m mlops_assets.overview.server HOST PORT`, in the folder with workspace.yaml.
"""

import sys

from starlette.middleware import Middleware

from mlops_assets.overview.app import Overview
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.ui.dagster_server import main

if __name__ == "__main__":
    pages = [Middleware(Overview, settings=Settings.from_environment(), read_ahead=True)]
    sys.exit(main(sys.argv[1], int(sys.argv[2]), pages))
