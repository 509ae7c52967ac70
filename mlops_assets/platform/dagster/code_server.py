"""Start Dagster's code server in the home of the settings.

`python -m mlops_assets.platform.dagster.code_server OPTIONS`: `dagster code-server start`. A run is
a process of the code server, so it must have the settings of the home.
"""

import sys

MODULE, LOCATION = "mlops_assets.definitions", "mlops_assets"


def main() -> None:
    """Serve the models of this project with the options of this process."""
    from mlops_assets.platform.dagster.home import use_dagster_home
    from mlops_assets.platform.dagster.private import code_server_command
    from mlops_assets.platform.settings import Settings

    settings = Settings.from_environment()
    use_dagster_home(settings)
    where = ["--module-name", MODULE, "--working-directory", str(settings.project_root)]
    code_server_command([*where, "--location-name", LOCATION, *sys.argv[1:]])


if __name__ == "__main__":
    main()
