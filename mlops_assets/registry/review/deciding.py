"""Decide a review: record it in MLflow and the ledger, and promote or reject the version."""

from __future__ import annotations

import json
import time
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.platform.mlflow.runs import experiment_id, log_values
from mlops_assets.platform.mlflow.store import explained
from mlops_assets.registry.changing import LONGEST_REASON
from mlops_assets.registry.ledger import Entry
from mlops_assets.registry.registry_writer import RegistryWriter
from mlops_assets.registry.review.page import pictures, review_page
from mlops_assets.registry.review.records import Review
from mlops_assets.registry.review.result import FILE, tags_of

if TYPE_CHECKING:
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

RUN_NAME = "review"
NO_REASON = "reviewed"


def require_decidable(review: Review) -> None:
    """Raise `InputError` for an approval against a FAIL without force, or a missing reason."""
    failed = review.having("FAIL")
    if review.decision == "approved" and failed and not review.forced:
        points = "; ".join(f"{it.name}: {it.observed}" for it in failed)
        raise InputError(
            seen=f"{review.model} version {review.version} does not meet its checklist ({points})",
            expected="no point that is FAIL",
            todo="address it, reject the version, or approve it with --force and a --reason",
        )
    needs = review.decision == "rejected" or review.forced
    if needs and not review.reason.strip():
        raise InputError(
            seen=f"a version that is {'approved by force' if review.forced else 'rejected'} "
            "without a reason",
            expected="a reason, which is recorded in the ledger",
            todo="add --reason",
        )
    if len(review.reason) > LONGEST_REASON:
        raise InputError(
            seen=f"a reason of {len(review.reason):,} characters",
            expected=f"at most {LONGEST_REASON:,}",
            todo="shorten it, and put the details into notes",
        )


def decide(
    registry: RegistryWriter,
    spec: LifecycleSpec,
    review: Review,
    *,
    since: date | None = None,
    expected: str | None = None,
) -> Entry:
    """Store the review, write it into the ledger and carry out its decision; the last change.

    An approval promotes the version, as `promote_model` does with `since` and `expected`; a
    rejection rejects it for good; without a decision only the review is recorded. Raises
    `InputError` as `require_decidable` does, or if the version was evaluated again or changed its
    stage meanwhile: somebody else may have rejected it.
    """
    require_decidable(review)
    with explained(registry.settings):
        name = _store(registry, spec, review)
    reason, force = review.reason or _reason(review), review.forced
    if review.decision == "rejected":
        return registry.reject_model(review.model, review.version, reason=reason, review=name)
    approve = review.decision == "approved"
    noted = registry.record_review(
        review.model,
        review.version,
        reason=reason,
        review=name,
        verdict=review.verdict,
        stage=review.stage,
        approve=approve,
        force=force,
    )
    if not approve:
        return noted
    return registry.promote_model(
        review.model,
        review.version,
        reason=reason,
        force=force,
        since=since,
        expected=expected,
        approved=True,
    )


def _reason(review: Review) -> str:
    text = "; ".join(review.notes) or NO_REASON
    return text if len(text) <= LONGEST_REASON else f"{text[: LONGEST_REASON - 1]}…"


def _store(registry: RegistryWriter, spec: LifecycleSpec, review: Review) -> str:
    """Store the review in a run of its own; the name for the ledger: its digest and the run."""
    client, settings = registry.client, registry.settings
    version = registry.of(review.model).version(review.version)
    html = review_page(review, pictures(client, review), settings.mlflow_ui)
    experiment = experiment_id(client, spec.experiment, settings)
    run_id = client.create_run(experiment, run_name=RUN_NAME).info.run_id
    status = "FAILED"
    tags = {"model": spec.name, "stage": "review", "task": spec.task.name}
    tags |= {"model_id": version.tags.get("model_id", ""), "code_version": spec.code_version}
    tags |= tags_of(review, version.tags.get("dataset_version", ""))
    try:
        log_values(client, run_id, params={"version": review.version}, metrics={}, tags=tags)
        client.log_text(run_id, review.model_dump_json(indent=2), FILE)
        client.log_text(run_id, html, "review.html")
        status = "FINISHED"
    finally:
        client.set_terminated(run_id, status=status, end_time=int(time.time() * 1000))
    return json.dumps({"digest": review.digest(), "run": run_id, "verdict": review.verdict})
