"""A defs.yaml names no Python module, class or function that nobody has registered."""

import sys

import pytest

from mlops_assets.errors import InputError
from mlops_assets.spec.defs_files import defs_files
from mlops_assets.spec.named_objects import LIFECYCLE, require_registered

OURS = f"type: {LIFECYCLE}\nattributes: {{name: small}}\n"


def check(tmp_path, text: str, *components: str, name: str = "defs.yaml") -> None:
    (tmp_path / "small").mkdir(exist_ok=True)
    (tmp_path / "small" / name).write_text(text)
    require_registered(defs_files(tmp_path), components)


@pytest.mark.parametrize("name", ["defs.yaml", "defs.yml", "component.yaml"])
@pytest.mark.parametrize(
    "named", ["dagster.FunctionComponent", "dagster.PythonScriptComponent", "antigravity.X", ".x.Y"]
)
def test_another_component_is_refused_and_not_imported(tmp_path, name, named):
    with pytest.raises(InputError, match=rf"{name}:1: `type` is .*one of \['{LIFECYCLE}'\]"):
        check(tmp_path, f"type: {named}\n", name=name)
    assert "antigravity" not in sys.modules


def test_a_registered_component_may_be_named(tmp_path):
    check(tmp_path, OURS + "---\ntype: shop.components.Feed\n", "shop.components.Feed")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("template_vars_module: os\n", "defs.yaml:3: `template_vars_module` names"),
        ("post_processing:\n  assets:\n  - {group: '{{ cycler.x }}'}\n", "defs.yaml:5: a template"),
        ("requirements: {env: ['{% for i in cycler %}{% endfor %}']}\n", "defs.yaml:3: a template"),
        ("'{{ cycler }}': 1\n", "defs.yaml:3: a template with cycler"),
    ],
)
def test_what_dagster_would_run_around_the_attributes_is_refused(tmp_path, more, message):
    with pytest.raises(InputError, match=message):
        check(tmp_path, OURS + more)


def test_variables_of_the_environment_may_be_named_anywhere(tmp_path):
    check(tmp_path, OURS + "post_processing: {assets: [{target: '{{ env.TARGET }}'}]}\n")
