"""`mlops-assets pipeline`: from the data to an API that answers, in one command."""

from typing import Annotated

import typer

from mlops_assets.cli.options import ModelInDefs
from mlops_assets.cli.retrain import retrain
from mlops_assets.cli.serve import LOOPBACK, require_extra, require_key, serve
from mlops_assets.platform.ports import require_free_port
from mlops_assets.platform.settings import Settings


def pipeline(
    model: ModelInDefs,
    port: Annotated[int, typer.Option(envvar="SERVING_PORT")] = 8000,
    host: Annotated[
        str, typer.Option(envvar="SERVING_HOST", help="Another address needs SERVING_API_KEY.")
    ] = LOOPBACK,
) -> None:
    """Read and check the data, profile it, train, evaluate, register and promote, then serve.

    That is `retrain` and, if no step failed, `serve` until Ctrl-C. If the gates reject the version,
    what served before is served.

    Example:  mlops-assets pipeline heart_disease --port 8000
    """
    # Before the minutes that the training takes.
    require_extra()
    require_key(host, Settings.from_environment())
    require_free_port(host, port, "SERVING_PORT")
    try:
        retrain(model)
    except typer.Exit as ended:
        if ended.exit_code:
            raise
    typer.echo()
    serve(model, port, host)
