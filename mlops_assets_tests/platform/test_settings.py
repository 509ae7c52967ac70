"""Settings that are lists: what stands between the commas, and nothing for nothing."""

import pytest

from mlops_assets.platform.served_addresses import ServedAddresses, remember
from mlops_assets.platform.settings import Settings

DEFAULTS = {"dagster_ui": "http://127.0.0.1:3000", "mlflow_ui": "http://127.0.0.1:5000"}


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


def test_links_are_to_where_up_served_last_unless_a_variable_says_where(tmp_path):
    home = {"MLOPS_ASSETS_HOME": str(tmp_path)}
    settings = Settings.from_environment(home)
    assert (settings.dagster_ui, settings.mlflow_ui) == tuple(DEFAULTS.values())
    remember(tmp_path, ServedAddresses(dagster_ui="http://d:1", mlflow_ui="http://m:2"))
    settings = Settings.from_environment(home)
    assert (settings.dagster_ui, settings.mlflow_ui) == ("http://d:1", "http://m:2")
    assert not settings.mlflow_ui_is_configured
    for given in ({"MLFLOW_UI_URL": "https://m.example"}, {"MLFLOW_TRACKING_URI": "http://m:5000"}):
        settings = Settings.from_environment(home | given)
        assert (settings.mlflow_ui, settings.mlflow_ui_is_configured) == (*given.values(), True)


@pytest.mark.parametrize("text", ["", "{", "[1]", "{}", "\xff"])
def test_a_note_that_cannot_be_read_stops_nothing(tmp_path, text):
    (tmp_path / "addresses.json").write_text(text, encoding="latin-1")
    settings = Settings.from_environment({"MLOPS_ASSETS_HOME": str(tmp_path)})
    assert settings.dagster_ui == DEFAULTS["dagster_ui"]
    file = tmp_path / "addresses.json"  # a home that is a file
    assert Settings.from_environment({"MLOPS_ASSETS_HOME": str(file)}).home == file
