"""`mlops-assets ui-user`: a user of the pages, with a hashed password, for UI_USERS."""

from typing import Annotated

import typer


def ui_user(name: Annotated[str, typer.Argument(help="The user's name.")]) -> None:
    """Ask for a password and print the user for UI_USERS, with the password hashed.

    Example:  mlops-assets ui-user anna
    """
    from mlops_assets.platform.ui.users import entry

    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    typer.echo(entry(name, password))
