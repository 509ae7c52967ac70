"""The page of the settings has every variable that is read."""

from mlops_assets.platform.settings import VARIABLES
from mlops_assets_tests.docs.pages import ROOT


def test_every_variable_is_on_the_page():
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    assert {name for name in VARIABLES.values() if f"`{name}`" not in page} == set()
