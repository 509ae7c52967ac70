"""Settings that are lists: what stands between the commas, and nothing for nothing."""

import pytest

from mlops_assets.platform.settings import Settings


@pytest.mark.parametrize(
    ("given", "prefixes"),
    [
        ("sklearn.,shop.", ("sklearn.", "shop.")),
        ("sklearn, shop ,", ("sklearn.", "shop.")),
        ("sklearn.,,", ("sklearn.",)),
        (".", ()),
    ],
)
def test_a_prefix_ends_in_a_full_stop_and_an_empty_one_is_none(given, prefixes):
    settings = Settings.from_environment({"MLOPS_ASSETS_ALLOWED_PREFIXES": given})
    assert settings.allowed_prefixes == prefixes


def test_names_are_taken_in_full():
    settings = Settings.from_environment({"MLOPS_ASSETS_ALLOWED_NAMES": "shop.rows.a, shop.rows.b"})
    assert settings.allowed_names == ("shop.rows.a", "shop.rows.b")
