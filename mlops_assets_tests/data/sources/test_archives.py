"""Files as they come: compressed, archived by other systems, cut off, damaged."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from mlops_assets.data.sources.archives import opened
from mlops_assets.data.sources.csv import CsvSource
from mlops_assets.errors import UnreadableDataError

TEXT = "".join(["a,b\n", *(f"{n},{n * n}\n" for n in range(300))]).encode()


def archive(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return file.getvalue()


def tarred(**members: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as made:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            made.addfile(info, io.BytesIO(content))
    return file.getvalue()


def encrypted() -> bytes:
    """A zip that says of its member that it is encrypted, in both of its headers."""
    content = bytearray(archive({"t.csv": TEXT}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 16]) + content[middle + 1 :]


def zstd(content: bytes) -> bytes:
    return pa.compress(content, "zstd", asbytes=True)


FROM_MACOS = {"t.csv": TEXT, "__MACOSX/._t.csv": b"\0\5\x16\7", "__MACOSX/": b"", ".DS_Store": b"x"}
WHOLE = {
    "t.csv": TEXT,
    "t.csv.gz": gzip.compress(TEXT),
    "t.csv.bz2": bz2.compress(TEXT),
    "t.csv.xz": lzma.compress(TEXT),
    "t.csv.zst": zstd(TEXT),
    "t.zip": archive(FROM_MACOS),
    "folder.zip": archive({"folder/": b"", "folder/t.csv": TEXT}),
    "t.tar": tarred(**{"._t.csv": b"\0", "t.csv": TEXT}),
    "t.tar.gz": gzip.compress(tarred(**{"t.csv": TEXT})),
    "download": gzip.compress(TEXT),
    "T.CSV.GZ": gzip.compress(TEXT),
}


def read(path: Path) -> bytes:
    with opened(path, path.name) as file:
        return file.read()


@pytest.mark.parametrize(("name", "content"), WHOLE.items(), ids=list(WHOLE))
def test_a_whole_file_is_read_however_it_is_packed(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert read(tmp_path / name) == TEXT


BROKEN = {
    "zip of nothing": ("t.zip", archive({}), "it has 0 files"),
    "zip of leftovers": ("t.zip", archive({"__MACOSX/._t.csv": b"x"}), "it has 0 files"),
    "zip of two": (
        "t.zip",
        archive({"a": TEXT, "b": TEXT}),
        r"it has 2 files, such as \['a', 'b'\]",
    ),
    "tar of two": ("t.tar", tarred(a=TEXT, b=TEXT), "it has 2 files"),
    "cut-off zip": ("t.zip", archive({"t.csv": TEXT})[:-30], "not a zip file"),
    "damaged zip": ("t.zip", flipped(archive({"t.csv": TEXT})), "cannot be unpacked"),
    "encrypted zip": ("t.zip", encrypted(), "encrypted"),
    "text named gz": ("t.csv.gz", TEXT, "[Nn]ot a gzipped file"),
    "text named zst": ("t.csv.zst", TEXT, "cannot be unpacked"),
    "text named zip": ("t.zip", TEXT, "not a zip file"),
    "text named tar": ("t.tar", TEXT, "cannot be unpacked"),
    "empty gz": ("t.csv.gz", b"", "could not be read: No columns"),
}


@pytest.mark.parametrize(("name", "content", "words"), BROKEN.values(), ids=list(BROKEN))
def test_what_cannot_be_unpacked_is_told_in_one_sentence(settings, name, content, words):
    (settings.project_root / name).write_bytes(content)
    with pytest.raises(UnreadableDataError, match=f"(?s){name} .*{words}"):
        CsvSource(path=name).read(settings)


PACKS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstd,
    "zip": lambda content: archive({"t.csv": content}),
}


@pytest.mark.parametrize("ending", PACKS)
def test_a_file_cut_off_anywhere_is_never_read_as_a_shorter_one(tmp_path, ending):
    content = PACKS[ending](TEXT)
    for length in range(len(content) // 8, len(content), len(content) // 8):
        (tmp_path / f"t.csv.{ending}").write_bytes(content[:length])
        with pytest.raises(UnreadableDataError, match="cannot be unpacked"):
            read(tmp_path / f"t.csv.{ending}")


# zst is not among them: its checksum is optional, and this one has none.
@pytest.mark.parametrize("ending", ["gz", "bz2", "xz", "zip"])
def test_a_flipped_byte_is_noticed_before_a_row_is_read(tmp_path, ending):
    (tmp_path / f"t.csv.{ending}").write_bytes(flipped(PACKS[ending](TEXT)))
    with pytest.raises(UnreadableDataError, match="cannot be unpacked"):
        read(tmp_path / f"t.csv.{ending}")


def test_a_large_content_is_unpacked_to_disk(tmp_path, monkeypatch):
    monkeypatch.setattr("mlops_assets.data.sources.archives.IN_MEMORY_BYTES", 100)
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(TEXT))
    with opened(tmp_path / "t.csv.gz", "t") as file:
        assert file._rolled  # pyright: ignore[reportAttributeAccessIssue]
        assert file.read() == TEXT


def test_a_damaged_parquet_file_cannot_be_read(settings):
    from mlops_assets.data.sources.parquet import ParquetSource

    (settings.project_root / "t.parquet").write_bytes(b"PAR1" + TEXT)
    with pytest.raises(UnreadableDataError, match=r"t\.parquet could not be read"):
        ParquetSource(path="t.parquet").read(settings)
