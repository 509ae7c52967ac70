"""A document that libyaml parsed is what Dagster's own parser makes of it, with every line."""

from pathlib import Path

import pytest
import yaml
from dagster_shared.yaml_utils import parse_yamls_with_source_position

from mlops_assets.platform.dagster.yaml_positions import with_positions
from mlops_assets.spec.defs_files import documents

DEFS = Path(__file__).parents[3] / "mlops_assets" / "defs"
AWKWARD = """\
base: &base {a: 1, b: [x, 2.5, ~, true]}
own:
  <<: *base
  a: 2
day: 2026-01-31
text: |
  two
  lines
"no": off
1: one
---
second: {a: &list [1, 2], b: *list}
"""


def both(path: Path) -> tuple[list, list]:
    text = path.read_text(encoding="utf-8")
    ours = [with_positions(document, str(path)) for document in documents(path)]
    return ours, parse_yamls_with_source_position(text, str(path))


@pytest.mark.parametrize("path", sorted(DEFS.rglob("defs.yaml")), ids=lambda it: it.parent.name)
def test_every_model_is_read_as_dagster_reads_it(path):
    ours, dagsters = both(path)
    assert [it.value for it in ours] == [it.value for it in dagsters]
    assert places(ours) == places(dagsters)


def test_anchors_dates_and_several_documents_are_read_the_same(tmp_path):
    path = tmp_path / "defs.yaml"
    path.write_text(AWKWARD)
    ours, dagsters = both(path)
    assert [it.value for it in ours] == [it.value for it in dagsters]
    assert ours[0].value["own"] == {"a": 2, "b": ["x", 2.5, None, True]}
    assert ours[0].value["day"] == "2026-01-31"
    assert len(list(yaml.compose_all(AWKWARD))) == 2


def places(documents: list) -> list:
    """The line of every key, however libyaml counts the end of a block."""
    return [lines(it.source_position_tree) for it in documents]


def lines(tree) -> tuple:
    below = {key: lines(child) for key, child in tree.children.items()}
    return tree.position.filename, tree.position.start, below
