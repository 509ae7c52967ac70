"""Sources behind an http address: the cache, the hash, and what is refused."""

import hashlib

import pytest

from mlops_assets.data.sources.csv import CsvSource
from mlops_assets.data.sources.download import cache_name
from mlops_assets.errors import InputError
from mlops_assets.platform.addresses import without_secrets

TEXT = b"a,b\n1,2\n"
SHA256 = hashlib.sha256(TEXT).hexdigest()


def cached(settings) -> list[str]:
    return [p.name for p in settings.cache_dir.iterdir()] if settings.cache_dir.exists() else []


def test_with_a_hash_the_file_is_downloaded_once(settings, web):
    (web.folder / "data.csv").write_bytes(TEXT)
    source = CsvSource(path=f"{web.url}/data.csv", sha256=SHA256)
    assert source.read(settings).equals(source.read(settings))
    assert (web.requests, cached(settings)) == (1, [cache_name(source.path)])


def test_without_a_hash_the_newest_file_is_read(settings, web):
    source = CsvSource(path=f"{web.url}/data.csv")
    (web.folder / "data.csv").write_bytes(TEXT)
    source.read(settings)
    (web.folder / "data.csv").write_bytes(b"a,b\n3,4\n")
    assert source.read(settings)["a"].tolist() == [3]


def test_a_kept_file_that_no_longer_matches_is_fetched_again(settings, web):
    (web.folder / "data.csv").write_bytes(TEXT)
    source = CsvSource(path=f"{web.url}/data.csv", sha256=SHA256)
    source.read(settings)
    (settings.cache_dir / cache_name(source.path)).write_bytes(b"spoiled")
    assert source.read(settings)["b"].tolist() == [2]


def test_another_hash_shows_both_and_leaves_nothing(settings, web):
    (web.folder / "data.csv").write_bytes(TEXT)
    CsvSource(path=f"{web.url}/data.csv").read(settings)
    with pytest.raises(InputError, match=f"(?s){SHA256}.*{'0' * 64}"):
        CsvSource(path=f"{web.url}/data.csv", sha256="0" * 64).read(settings)
    assert cached(settings) == []


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nothing.csv", "404"),
        ("cut.csv", "8 of 1000 bytes arrived"),
        ("away.csv", "302"),
    ],
)
def test_failed_downloads_leave_nothing(settings, web, path, message):
    with pytest.raises(InputError, match=message):
        CsvSource(path=f"{web.url}/{path}").read(settings)
    assert cached(settings) == []


def test_no_server(settings):
    with pytest.raises(InputError, match=r"127\.0\.0\.1:1/a\.csv could not be downloaded"):
        CsvSource(path="http://127.0.0.1:1/a.csv").read(settings)


@pytest.mark.parametrize("path", ["file:///etc/hosts", "ftp://host/a.csv", "http:///a.csv"])
def test_other_addresses_are_refused(settings, path):
    with pytest.raises(InputError, match="https://host/file"):
        CsvSource(path=path).read(settings)


def test_a_password_is_refused_and_not_shown(settings):
    with pytest.raises(InputError, match="user name") as caught:
        CsvSource(path="https://me:secret@host/a.csv?key=secret").read(settings)
    assert "secret" not in str(caught.value)


def test_without_secrets():
    assert without_secrets("https://me:pw@host:1/a.csv?key=1") == "https://host:1/a.csv"
    assert without_secrets("data/a?b@c.csv") == "data/a?b@c.csv"
