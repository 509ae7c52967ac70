"""Users of the pages: their entry has no password, and an entry that is not hashed is refused."""

import pytest

from mlops_assets.errors import InputError
from mlops_assets.platform.ui.users import checked, entry, matches


def test_an_entry_is_hashed_and_lets_in_its_user_alone():
    text = f"{entry('anna', 'correct horse')}  {entry('bén', 'other horse')}\n"
    assert "horse" not in text
    users = checked(text)
    assert list(users) == ["anna", "bén"]
    assert matches(users, "anna", "correct horse")
    assert matches(users, "bén", "other horse")
    for name, password in (("anna", "other horse"), ("eve", "correct horse"), ("anna", "")):
        assert not matches(users, name, password)


@pytest.mark.parametrize("text", ["anna=correct-horse", "anna", "anna=scrypt:32768:8:1$salt$"])
def test_what_is_not_hashed_is_refused_and_not_shown(text):
    with pytest.raises(InputError, match="entry 2 of UI_USERS") as error:
        checked(f"{entry('anna', 'correct horse')} {text}")
    assert text not in str(error.value)
    assert "single quotes" in error.value.todo


@pytest.mark.parametrize(
    ("name", "password", "seen"),
    [("an na", "correct horse", "an na"), ("a:b", "correct horse", "a:b"), ("anna", "short", "5")],
)
def test_a_name_or_password_that_cannot_be_used_is_refused(name, password, seen):
    with pytest.raises(InputError, match=seen):
        entry(name, password)
