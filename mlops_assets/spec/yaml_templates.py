"""What a template in a defs.yaml may do: name variables of the environment, and nothing else."""

from __future__ import annotations

OURS = "env"
"""The one name of a template. Jinja's own, such as `cycler`, lead to any Python function."""
ALSO_REFUSED = frozenset({"dg", "datetime", "automation_condition"})


def refused_in(template: str) -> str:
    """What must not be in the template, as written there; "" if nothing.

    `{{ env.NAME }}` and `{{ env("NAME", "default") }}` may be there, with text around them. Text
    that cannot be parsed, and names that do not exist, are left to whoever fills the template in.
    """
    from jinja2 import Environment, TemplateSyntaxError, nodes

    try:
        tree = Environment().parse(template)  # noqa: S701  never rendered here
    except TemplateSyntaxError:
        return ""
    plain = (nodes.Output, nodes.TemplateData, nodes.Const)
    for node in tree.find_all(nodes.Node):
        if isinstance(node, nodes.Name):
            if not _may_name(node.name):
                return node.name
        elif isinstance(node, nodes.Getattr):
            if not isinstance(node.node, nodes.Name) or node.attr.startswith("_"):
                return f".{node.attr}"
        elif isinstance(node, nodes.Call):
            called = node.node
            if not (isinstance(called, nodes.Name) and called.name == OURS):
                return "a call of something else than env"
        elif not isinstance(node, plain):
            return type(node).__name__.lower()
    return ""


def _may_name(name: str) -> bool:
    from jinja2.defaults import DEFAULT_NAMESPACE

    return name not in ALSO_REFUSED and name not in DEFAULT_NAMESPACE
