"""Options and arguments shared by several commands."""

from typing import Annotated

import typer

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document; progress goes to stderr.")
]
Model = Annotated[
    str, typer.Argument(help="The model's name, in defs.yaml or in the registry.", metavar="MODEL")
]
ModelInDefs = Annotated[
    str, typer.Argument(help="Name of the model, such as heart_disease.", metavar="MODEL")
]
Version = Annotated[
    str, typer.Argument(help="Number of the version, such as 4.", metavar="VERSION")
]
Limit = Annotated[int | None, typer.Option(min=1, help="Print at most this many, newest first.")]
