"""The code of docs/extending.md is that of the package that a test installs and runs."""

from pathlib import Path

import pytest

from mlops_assets_tests.docs.pages import Shown, blocks, everywhere

PACKAGE = Path(__file__).parents[1] / "plugin" / "survival"
LEFT_OUT = "\n...\n"


def title(block: Shown) -> str:
    """What stands in its `title="…"`."""
    return block.info.partition('title="')[2].rstrip('"')


SHOWN = [it for it in everywhere(blocks) if "survival_kind/" in it.info]


@pytest.mark.parametrize("block", SHOWN, ids=str)
def test_what_is_shown_is_what_runs(block: Shown):
    code = (PACKAGE / title(block)).read_text()
    for part in block.text.split(LEFT_OUT):
        assert part.strip("\n") in code


def test_each_thing_that_can_be_added_is_shown():
    shown = {Path(title(block)).stem for block in SHOWN}
    assert shown == {"kind", "model", "task", "pack", "source"}


def test_the_model_shown_is_the_one_that_lives():
    (block,) = [it for it in everywhere(blocks) if "a model of the package" in it.info]
    assert block.text == (PACKAGE / "defs.yaml").read_text()


def test_the_entry_points_are_those_of_the_package():
    (block,) = [it for it in everywhere(blocks) if title(it) == "pyproject.toml of the package"]
    assert block.text.strip() in (PACKAGE / "pyproject.toml").read_text()
