"""Embeddings of texts from files on this machine, known by their SHA-256; nothing is downloaded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    import numpy as np

WORDLLAMA = "wordllama"
WORDLLAMA_FILES = (
    "weights/l2_supercat_256.safetensors",
    "tokenizers/l2_supercat_tokenizer_config.json",
)
ONNX_FILES = ("model.onnx", "tokenizer.json")
BATCH = 64
TEXT = "pip install 'mlops-assets[text]'"
ONNX = "pip install 'mlops-assets[onnx]'"


class Encoder(Protocol):
    """Makes vectors of texts."""

    def __call__(self, texts: list[str]) -> np.ndarray:
        """One vector per text, (texts, dimensions) float32, not yet of length 1."""
        ...


@dataclass(frozen=True)
class Embedding:
    """An encoder, and the SHA-256 of the files that it is from."""

    encoder: Encoder
    sha256: str

    def encode(self, texts: list[str]) -> np.ndarray:
        """Vectors of length 1, (texts, dimensions) float32; 0 for a text without tokens."""
        import numpy as np

        parts = [self.encoder(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        vectors = np.concatenate(parts)
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.where(length > 0, length, 1)


def embedding_of(name: str, sha256: str = "") -> Embedding:
    """The embedding of that name: wordllama, or a folder with the files of a sentence transformer.

    Raises `InputError` if it is not there, or if its files do not have the `sha256` of the fit.
    """
    found = _wordllama() if name == WORDLLAMA else _onnx(name)
    if sha256 and found.sha256 != sha256:
        raise InputError(
            seen=f"the embedding {name} has the SHA-256 {found.sha256[:12]}…, and the model was "
            f"fitted with {sha256[:12]}…",
            expected="the files that it was fitted with",
            todo="install the release or restore the files of then, or retrain",
        )
    return found


@lru_cache(maxsize=1)
def _wordllama() -> Embedding:
    from mlops_assets.kinds.text_match.wordllama import WordLlama

    for package in (WORDLLAMA, "safetensors", "tokenizers"):
        _require_package(package, TEXT)
    spec = find_spec(WORDLLAMA)
    files = [Path((spec and spec.origin) or "").parent / it for it in WORDLLAMA_FILES]
    return Embedding(WordLlama(*_existing(files)), _sha256(files))


@lru_cache(maxsize=2)
def _onnx(folder: str) -> Embedding:
    from mlops_assets.kinds.text_match.onnx import SentenceTransformer

    files = [Path(folder).expanduser() / it for it in ONNX_FILES]
    _existing(files)
    for package in ("onnxruntime", "tokenizers"):
        _require_package(package, ONNX)
    return Embedding(SentenceTransformer(*files), _sha256(files))


def _require_package(name: str, todo: str) -> None:
    if find_spec(name) is None:
        raise InputError(
            seen=f"the package {name} is not installed",
            expected="what the embedding of `model: {embedding: …}` is read with",
            todo=f"{todo}, or remove `embedding` from defs.yaml",
        )


def _existing(files: list[Path]) -> list[Path]:
    if missing := [str(it) for it in files if not it.is_file()]:
        raise InputError(
            seen=f"no file {missing[0]}",
            expected=f"`embedding: {WORDLLAMA}`, or a folder with {' and '.join(ONNX_FILES)}",
            todo="correct `embedding` in defs.yaml, or put the files there",
        )
    return files


def _sha256(files: list[Path]) -> str:
    """Over the files one after the other."""
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
