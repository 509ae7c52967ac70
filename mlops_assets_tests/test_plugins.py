"""What another package registers is found, and what cannot be used is named with its package."""

import math
from importlib.metadata import EntryPoint

import pytest

from mlops_assets import plugins
from mlops_assets.data.sources import registry as sources
from mlops_assets.errors import InputError
from mlops_assets.evaluation.packs import registry as packs
from mlops_assets.kinds import registry as kinds


@pytest.fixture
def registered(monkeypatch):
    """Registers objects by their address, as an installed package would."""

    def register(group: str, **addresses: str) -> None:
        full = f"mlops_assets.{group}"
        found = [EntryPoint(name, value, full) for name, value in addresses.items()]
        monkeypatch.setattr(plugins, "_by_group", lambda: {full: found})

    return register


def test_objects_of_a_group_are_loaded_in_the_order_of_their_names(registered):
    registered("tasks", later="math:pi", first="math:e")
    assert plugins.plugins("tasks") == [math.e, math.pi]
    assert plugins.plugins("kinds") == []


@pytest.mark.parametrize("address", ["no_such_package.spec:Kind", "math:no_such_name"])
def test_what_cannot_be_imported_names_its_package_and_the_way_out(registered, address):
    registered("kinds", broken=address)
    package = address.partition(":")[0]
    with pytest.raises(InputError, match=f"the package {package} registers '{address}'") as told:
        plugins.plugins("kinds")
    assert told.value.todo == f"correct or uninstall {package}"


def test_what_is_no_kind_says_what_it_lacks(registered):
    registered("kinds", half="mlops_assets_tests.kinds.test_discovery:Half")
    with pytest.raises(InputError, match=r"Half.*lacks \['tasks', .*'fit', 'load'\]"):
        kinds.discover()
    registered("kinds", text="mlops_assets_tests.kinds.test_discovery:SklearnSpec.__doc__")
    with pytest.raises(InputError, match=r"lacks \['a literal `type`'\]"):
        kinds.discover()


def test_a_kind_of_another_package_is_one_of_the_kinds(registered):
    registered("kinds", rule="mlops_assets_tests.kinds.test_discovery:Rule")
    assert "Rule" in [kind.__name__ for kind in kinds.discover()]


def test_what_is_no_pack_is_refused(registered):
    packs.known.cache_clear()
    registered("packs", text="math:pi")
    with pytest.raises(InputError, match="registered as a pack, is none"):
        packs.known()


def test_what_is_no_source_is_refused(registered):
    registered("sources", text="math:pi")
    with pytest.raises(InputError, match="registered as a source, is none"):
        sources.source_types()
