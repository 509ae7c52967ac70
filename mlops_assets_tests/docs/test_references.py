"""The generated pages are those of the code as it is."""

import pytest

from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.docs.commands import commands
from mlops_assets_tests.docs.references import REFERENCES


@pytest.mark.parametrize("path", REFERENCES, ids=lambda path: path.name)
def test_the_page_is_what_the_code_says(path):
    assert path.read_text(encoding="utf-8") == REFERENCES[path](), "run `make docs`, and commit"


def test_defs_yaml_has_every_field_of_a_model_and_its_sections():
    defs_yaml, _ = (render() for render in REFERENCES.values())
    schema = LifecycleSpec.model_json_schema()
    sections = [schema, *schema["$defs"].values()]
    names = {name for it in sections for name in it["properties"]}
    assert {name for name in names if f"| `{name}` |" in defs_yaml} == names
    assert defs_yaml.count("\n## ") == len(sections)


def test_the_command_line_has_every_command_and_option():
    _, cli = (render() for render in REFERENCES.values())
    for name, command in commands().items():
        section = cli.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        options = {it.opts[-1] for it in command.params} - {"--help"}
        assert {it for it in options if not it.startswith("--") or f"| `{it}" in section} == options
