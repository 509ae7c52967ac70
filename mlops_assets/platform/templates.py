"""HTML pages from Jinja2 templates, each in the `templates` folder of its package."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def render(package: str, name: str, *, frame: str = "", **values: object) -> str:
    """Render the template `name` of a package. Values are escaped; a missing one is an error.

    `frame` is another package whose templates it may extend and include.
    """
    return _environment(package, frame).get_template(name).render(values)


@cache  # with the templates that it has compiled
def _environment(package: str, frame: str) -> Environment:
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=ChoiceLoader([PackageLoader(it) for it in (package, frame) if it]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
