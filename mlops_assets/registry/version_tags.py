"""The tags of a version that the project writes and decides by."""

from mlops_assets.registry.plans import BLOCKED, SERVED

REGISTERED_TAGS = (
    "model_id",
    "fingerprint",
    "dataset_version",
    "code_version",
    "trained_through",
    "holdout_metrics",
    "holdout_intervals",
)
STAGE_TAGS = (
    "stage",
    "verdict",
    "gates_passed",
    "staged_at",
    "forced",
    "superseded_by",
    "in_production_since",
    "rejected_because",
    "archived_because",
    SERVED,
    BLOCKED,
)
OWN_TAGS = frozenset((*REGISTERED_TAGS, *STAGE_TAGS))
