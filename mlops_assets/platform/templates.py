"""HTML pages from Jinja2 templates, each in the `templates` folder of its package."""


def render(package: str, name: str, **values: object) -> str:
    """Render the template `name` of a package. Values are escaped; a missing one is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name).render(values)
