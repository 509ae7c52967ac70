"""Show URLs without their secrets."""

from urllib.parse import urlsplit, urlunsplit


def without_secrets(address: str) -> str:
    """The URL without user, password and query, any of which may be a secret.

    A path is returned unchanged.
    """
    parts = urlsplit(address)
    if not parts.netloc:
        return address.partition("?")[0] if parts.scheme else address
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
