"""The ledger where the settings say it is."""

from functools import cache

from mlops_assets.core.ledger import Ledger


@cache
def open_ledger(url: str) -> Ledger:
    """The ledger at `url`; one object a process."""
    return Ledger(url)
