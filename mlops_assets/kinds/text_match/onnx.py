"""A sentence transformer of the user's in ONNX: the mean of its last hidden states."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LONGEST = 256
"""Tokens of a text that are read, as most sentence transformers were trained."""


class SentenceTransformer:
    """Runs `model.onnx` on the CPU, with the tokens of `tokenizer.json`."""

    def __init__(self, model: Path, tokenizer: Path) -> None:
        runtime = import_module("onnxruntime")
        self._session = runtime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
        self._inputs = {it.name for it in self._session.get_inputs()}
        self._tokenizer = import_module("tokenizers").Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_padding()
        self._tokenizer.enable_truncation(LONGEST)

    def __call__(self, texts: list[str]) -> np.ndarray:
        """The mean over the tokens of each text; a model that gives one vector is left alone."""
        import numpy as np

        encoded = self._tokenizer.encode_batch(texts)
        mask = np.array([it.attention_mask for it in encoded], dtype="int64")
        given = {
            "input_ids": np.array([it.ids for it in encoded], dtype="int64"),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        first = self._session.run(None, {k: v for k, v in given.items() if k in self._inputs})[0]
        if first.ndim == 2:
            return first.astype("float32")
        weights = mask[:, :, None].astype("float32")
        return (first * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
