"""Execute a run on a worker, with the home and the settings of that machine.

`python -m mlops_assets.platform.dagster.run_worker api execute_run JSON`: what `dagster` does with
these arguments. It needs the addresses of the stores in the environment that Ray was started in.
"""


def main() -> None:
    """Run Dagster's command line for the run that the arguments of this process name.

    Raises `InputError` if a store of this machine is not the one that all share.
    """
    from mlops_assets.platform.dagster.home import use_dagster_home
    from mlops_assets.platform.dagster.private import run_worker_command
    from mlops_assets.platform.settings import Settings
    from mlops_assets.platform.workers import require_shared

    settings = Settings.from_environment()
    require_shared(settings.stores)
    use_dagster_home(settings)
    run_worker_command()


if __name__ == "__main__":
    main()
