"""`mlops-assets upgrade`: migrate the databases of MLflow and Dagster to the installed releases."""

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.init import print_step
from mlops_assets.cli.options import Json
from mlops_assets.platform.settings import Settings


def upgrade(as_json: Json = False) -> None:
    """Migrate the databases of MLflow and Dagster to the schemas of the installed releases.

    Take a backup first, and stop what uses them: a migration cannot be undone. Safe to repeat.

    Example:  mlops-assets upgrade
    """
    from mlops_assets.operations.upgrading import upgrade

    done = upgrade(Settings.from_environment())
    if as_json:
        print_json([vars(step) for step in done])
        return
    for step in done:
        print_step(step)
