"""A version's number has one form, however it was written."""

import pytest

from mlops_assets.errors import InputError
from mlops_assets.registry.version_number import version_number
from mlops_assets_tests.versions import promoted


@pytest.mark.parametrize("given", [7, "7", "07", "007", " 7", "7\n"])
def test_a_number_has_one_form(given):
    assert version_number(given) == "7"


@pytest.mark.parametrize("given", ["", "0", "-1", "+1", "1.0", "1_0", "１", "one", True, None, 1.5])
def test_anything_else_is_told(given):
    with pytest.raises(InputError, match="Expected: the number of a version, such as 4"):
        version_number(given)


@pytest.mark.parametrize("before", ["0", "00", " "])
def test_what_serves_is_kept_however_its_number_is_written(registry, before):
    promoted(registry, "a", "b")
    serving = str(registry.serving().version)
    for act in (registry.delete, registry.reject, registry.archive):
        with pytest.raises(InputError, match=f"version {serving} is in production"):
            act(f"{before}{serving}", reason="by mistake")
    assert str(registry.serving().version) == serving
