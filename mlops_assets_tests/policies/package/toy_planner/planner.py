"""A toy in the place of a language model: a tokenizer, weights, a configuration, epochs.

It reads a user's diet and goal as words, and estimates each plan's reward linearly by stochastic
gradient descent.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

TEXTS = ("diet", "goal")


class ToyPlanner:
    """Implements `mlops_assets.kinds.python.Trainable`, without importing it."""

    def __init__(
        self,
        *,
        actions: list[str],
        learning_rate: float,
        batch_size: int,
        epochs: int,
        model_base: str,
        fine_tuning_method: str,
        temperature: float = 0.1,
    ) -> None:
        self.config = {
            "actions": actions,
            "learning_rate": learning_rate,
            "batch_size": batch_size,
            "epochs": epochs,
            "model_base": model_base,
            "fine_tuning_method": fine_tuning_method,
            "temperature": temperature,
        }
        self.words: list[str] = []
        self.weights = np.zeros((0, 0))

    def fit(self, dataset, task, *, seed, log) -> None:
        """Learn, and log both losses after each epoch; a fifth of the rows validates."""
        actions, rng = self.config["actions"], np.random.default_rng(seed)
        self.words = sorted({it for text in _texts(dataset.features) for it in text.split()})
        rows, reward = self._encoded(dataset.features), dataset.known_target().to_numpy("float64")
        chosen = np.array([actions.index(it) for it in dataset.of_role("action")])
        self.weights = np.zeros((rows.shape[1], len(actions)))
        held = rng.random(len(rows)) < 0.2
        for _ in range(self.config["epochs"]):
            for batch in self._batches(np.flatnonzero(~held), rng):
                error = self._error(rows[batch], chosen[batch], reward[batch])
                for place in range(len(actions)):
                    own = chosen[batch] == place
                    step = rows[batch][own].T @ error[own] / max(1, own.sum())
                    self.weights[:, place] += self.config["learning_rate"] * step
            losses = (
                float((self._error(rows[it], chosen[it], reward[it]) ** 2).mean())
                for it in (~held, held)
            )
            log(dict(zip(("train_loss", "val_loss"), losses, strict=True)))

    def predict(self, features: pd.DataFrame) -> pd.DataFrame:
        """A probability and an estimated reward per plan."""
        actions, estimated = self.config["actions"], self._encoded(features) @ self.weights
        odds = np.exp(
            (estimated - estimated.max(axis=1, keepdims=True)) / self.config["temperature"]
        )
        chosen = odds / odds.sum(axis=1, keepdims=True)
        columns = {f"probability_{it}": chosen[:, i] for i, it in enumerate(actions)}
        columns |= {f"estimated_reward_{it}": estimated[:, i] for i, it in enumerate(actions)}
        best = np.array(actions, dtype=object)[chosen.argmax(axis=1)]
        return pd.DataFrame({"prediction": best, **columns}, features.index)

    def save(self, folder: Path) -> None:
        """Write weights, vocabulary and configuration."""
        (folder / "model").mkdir()
        (folder / "tokenizer").mkdir()
        np.savez(folder / "model" / "weights.npz", weights=self.weights)
        (folder / "tokenizer" / "vocabulary.json").write_text(json.dumps(self.words))
        (folder / "config.json").write_text(json.dumps(self.config))

    def load(self, folder: Path) -> None:
        """Read weights and vocabulary."""
        with np.load(folder / "model" / "weights.npz", allow_pickle=False) as found:
            self.weights = found["weights"]
        self.words = json.loads((folder / "tokenizer" / "vocabulary.json").read_text())

    def _batches(self, rows: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
        return np.array_split(rng.permutation(rows), max(1, len(rows) // self.config["batch_size"]))

    def _error(self, rows: np.ndarray, chosen: np.ndarray, reward: np.ndarray) -> np.ndarray:
        return reward - (rows @ self.weights)[np.arange(len(rows)), chosen]

    def _encoded(self, features: pd.DataFrame) -> np.ndarray:
        known = np.array([[it in text.split() for it in self.words] for text in _texts(features)])
        numbers = features[["age", "cooking_minutes", "weekly_budget"]].to_numpy("float64") / 50
        return np.column_stack([np.ones(len(features)), known, numbers]).astype("float64")


class Pickles(ToyPlanner):
    """Saves what nobody should load."""

    def save(self, folder: Path) -> None:
        """Write a pickle, too."""
        super().save(folder)
        (folder / "model" / "weights.bin").write_bytes(b"\x80\x04N.")


def not_a_model() -> str:
    """Gives something else."""
    return "nothing"


def _texts(features: pd.DataFrame) -> list[str]:
    return [" ".join(map(str, it)) for it in features[list(TEXTS)].itertuples(index=False)]
