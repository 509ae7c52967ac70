"""HTML pages from Jinja2 templates, each in the `templates` folder of its package."""


def render(package: str, name: str, *, frame: str = "", **values: object) -> str:
    """Render the template `name` of a package. Values are escaped; a missing one is an error.

    `frame` is another package whose templates it may extend and include.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=ChoiceLoader([PackageLoader(it) for it in (package, frame) if it]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name).render(values)
