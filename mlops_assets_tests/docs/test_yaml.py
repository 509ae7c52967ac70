"""Every YAML that README and docs/ show is accepted as it stands.

A block with `type:` and `attributes:` is a whole defs.yaml. Any other is a fragment: keys below
`attributes:`, which replace those of the whole file last shown above it on the page, or of `SMALL`
where there is none. A block that is no defs.yaml has a title that names its file.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.proposal import COMPONENT
from mlops_assets_tests.docs.pages import PAGES, ROOT, Shown, blocks, everywhere, spans
from mlops_assets_tests.world import SMALL

LANGUAGES = {"", "text", "bash", "json", "python", "toml", "yaml"}
MINIMAL = {**SMALL, "source": {"type": "csv", "path": "table.csv"}}
SHIPPED = {path.parent.name: path for path in (ROOT / "mlops_assets/defs").glob("*/defs.yaml")}


def is_whole(document: dict[str, Any]) -> bool:
    return {"type", "attributes"} <= document.keys()


def shown_models() -> Iterator[tuple[Shown, dict[str, Any]]]:
    """Each block with the attributes of the model that it makes."""
    for page in PAGES:
        base = MINIMAL
        for block in blocks(page):
            if block.info == "yaml":
                document = yaml.safe_load(block.text)
                base = document["attributes"] if is_whole(document) else base
                yield block, base if is_whole(document) else {**base, **document}


def shown_in_sentences() -> Iterator[tuple[Shown, dict[str, Any]]]:
    """Code such as `promotion: manual`: a key of a model with its value."""
    for span in everywhere(spans):
        key, separator, value = span.text.partition(": ")
        if separator and value and key in LifecycleSpec.model_fields:
            yield span, {**MINIMAL, **yaml.safe_load(span.text)}


MODELS = [*shown_models(), *shown_in_sentences()]


@pytest.mark.parametrize(("shown", "attributes"), MODELS, ids=[str(it) for it, _ in MODELS])
def test_what_is_shown_is_accepted(shown, attributes):
    assert LifecycleSpec.model_validate(attributes).name == attributes["name"]


def test_a_whole_file_names_the_component():
    documents = [yaml.safe_load(it.text) for it in everywhere(blocks) if it.info == "yaml"]
    assert {it["type"] for it in documents if is_whole(it)} == {COMPONENT}


def test_a_shipped_model_is_shown_as_it_is():
    shown = {attributes["name"]: attributes for it, attributes in MODELS if is_whole_block(it)}
    for name in shown.keys() & SHIPPED.keys():
        assert shown[name] == yaml.safe_load(SHIPPED[name].read_text())["attributes"]
    assert shown.keys() >= SHIPPED.keys()


def is_whole_block(shown: Shown) -> bool:
    return shown.info == "yaml" and is_whole(yaml.safe_load(shown.text))


def test_the_readme_and_the_page_show_the_same_first_model():
    first = {it.page.name: attributes for it, attributes in reversed(MODELS) if it.info == "yaml"}
    assert first["README.md"] == first["your-own-model.md"]


@pytest.mark.parametrize("block", everywhere(blocks), ids=str)
def test_no_block_escapes(block):
    """A language that is known, and YAML of another file with a title that names it."""
    language, _, title = block.info.partition(" ")
    assert language in LANGUAGES
    assert not title or title.startswith('title="')
    assert "defs.yaml" not in title
    if language in ("", "text"):
        assert "attributes:" not in block.text
