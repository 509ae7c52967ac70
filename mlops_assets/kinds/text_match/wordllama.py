"""WordLlama's static embedding, from the files of its wheel: the mean of the tokens' vectors."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

TENSOR = "embedding.weight"


class WordLlama:
    """Reads safetensors and a tokenizer's JSON; the package's own `load` wants the network."""

    def __init__(self, weights: Path, tokenizer: Path) -> None:
        with import_module("safetensors").safe_open(str(weights), "numpy") as file:
            self._vectors = file.get_tensor(TENSOR).astype("float32")
        self._tokenizer = import_module("tokenizers").Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def __call__(self, texts: list[str]) -> np.ndarray:
        """The mean vector of each text; 0 for a text without tokens."""
        import numpy as np
        from scipy.sparse import csr_array

        encoded = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        ids = [it.ids for it in encoded]
        sizes = np.array([len(it) for it in ids])
        flat = np.fromiter((one for it in ids for one in it), dtype="int64", count=sizes.sum())
        ends = np.append(0, np.cumsum(sizes))
        shares = np.repeat(1 / np.maximum(sizes, 1), sizes).astype("float32")
        counts = csr_array((shares, flat, ends), shape=(len(ids), len(self._vectors)))
        return counts @ self._vectors
