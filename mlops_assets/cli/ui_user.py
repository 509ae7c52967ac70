"""`mlops-assets ui-user`: a user of the pages, with a hashed password, for UI_USERS."""

from typing import Annotated

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json


def ui_user(
    name: Annotated[str, typer.Argument(help="The user's name.")], as_json: Json = False
) -> None:
    """Ask for a password and print the user for UI_USERS, with the password hashed.

    Example:  mlops-assets ui-user anna
    """
    from mlops_assets.platform.ui.users import entry

    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    if as_json:
        print_json({"name": name, "entry": entry(name, password)})
        return
    typer.echo(entry(name, password))
