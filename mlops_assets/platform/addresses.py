"""Addresses as people may see them."""

from urllib.parse import urlsplit, urlunsplit


def without_secrets(address: str) -> str:
    """The address without user, password and query, any of which may be a secret.

    A path stays as it is.
    """
    parts = urlsplit(address)
    if not parts.netloc:
        return address.partition("?")[0] if parts.scheme else address
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
