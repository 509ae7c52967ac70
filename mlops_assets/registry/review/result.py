"""How a review is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mlops_assets.platform.mlflow.result import Markdown, Result
from mlops_assets.registry.review.page import review_table
from mlops_assets.registry.review.records import Review

FILE = "review.json"


@dataclass(frozen=True)
class ReviewResult(Result):
    """A review before its decision, with its page (HTML)."""

    record: Review
    html: str
    dataset_version: str
    command: str

    def tags(self) -> dict[str, str]:
        """The data, the version, and the digest of the review."""
        return tags_of(self.record, self.dataset_version)

    def params(self) -> dict[str, str]:
        """The version."""
        return {"version": self.record.version}

    def metrics(self) -> dict[str, float]:
        """How many points have each outcome."""
        return {
            f"points_{name.lower()}": float(len(self.record.having(name)))
            for name in ("PASS", "FAIL", "LOOK")
        }

    def files(self) -> dict[str, str]:
        """The whole review."""
        return {FILE: self.record.model_dump_json(indent=2)}

    def pages(self) -> dict[str, str]:
        """The page to read."""
        return {"review": self.html}

    def panel(self) -> dict[str, Any]:
        """The points, those that need somebody first, and how to decide."""
        return {
            "version": self.record.version,
            "outcome": self.record.summary(),
            "checklist": Markdown(review_table(self.record)),
            "decide_with": self.command,
        }

    def facts(self) -> Review:
        """The review."""
        return self.record


def tags_of(review: Review, dataset_version: str) -> dict[str, str]:
    """The tags by which a review is found in MLflow."""
    return {
        "dataset_version": dataset_version,
        "version": review.version,
        "review": review.digest(),
        "decision": review.decision or "none",
    }
