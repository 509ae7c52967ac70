"""The users of the pages: UI_USERS, names with hashed passwords."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mlops_assets.errors import InputError

VARIABLE = "UI_USERS"
METHOD = "scrypt"
NAME = r"[^\s:=]+"
ENTRY = re.compile(rf"({NAME})=({METHOD}:\d+:\d+:\d+\$[^\s$]+\$[0-9a-f]{{128}})")
SHORTEST = 8


def entry(name: str, password: str) -> str:
    """The text for UI_USERS of a user. Raises `InputError` if name or password cannot be used."""
    from werkzeug.security import generate_password_hash

    if not re.fullmatch(NAME, name):
        raise InputError(
            seen=f"the user name {name!r}",
            expected="a name without spaces, : and =",
            todo="choose another name",
        )
    if len(password) < SHORTEST:
        raise InputError(
            seen=f"a password of {len(password)} characters",
            expected=f"at least {SHORTEST}",
            todo="choose a longer one",
        )
    return f"{name}={generate_password_hash(password, METHOD)}"


def checked(text: str) -> dict[str, str]:
    """Hashed passwords by user name. Raises `InputError`, which shows none of them."""
    users = {}
    for number, part in enumerate(text.split(), start=1):
        found = ENTRY.fullmatch(part)
        if found is None:
            raise InputError(
                seen=f"entry {number} of {VARIABLE} is not a user with a hashed password",
                expected="entries as `mlops-assets ui-user NAME` prints them, between spaces",
                todo="set the variable in single quotes, because a shell replaces what follows $",
            )
        users[found[1]] = found[2]
    return users


def matches(users: Mapping[str, str], name: str, password: str) -> bool:
    """Whether it is the user's password. Takes as long for an unknown user."""
    from werkzeug.security import check_password_hash

    known = users.get(name) or next(iter(users.values()))
    return check_password_hash(known, password) and name in users
