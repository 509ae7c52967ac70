"""The number of a version, which has one form."""

from __future__ import annotations

import re

from mlops_assets.errors import InputError

NUMBER = re.compile(r"\s*0*([1-9][0-9]{0,17})\s*", re.ASCII)


def version_number(given: object) -> str:
    """The number as MLflow writes it: `1` for 1, "1", "01" and " 1".

    MLflow takes these and further texts, such as "+1" and "1_0", for the same number, so texts are
    never compared. Raises `InputError` for anything else than a positive whole number.
    """
    found = NUMBER.fullmatch(str(given))
    if found is None or isinstance(given, bool):
        raise InputError(
            seen=f"the version {given!r}",
            expected="the number of a version, such as 4",
            todo="look the number up with `mlops-assets versions MODEL`",
        )
    return found[1]
