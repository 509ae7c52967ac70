"""Check the stores that the registry needs."""

from dataclasses import asdict
from typing import Any

from mlops_assets.operations.health.check import check_all, overall
from mlops_assets.operations.health.store_checks import checks
from mlops_assets.platform.settings import Settings

NEEDED = ("home", "mlflow", "artifacts", "ledger", "stages")


def registry_health(settings: Settings) -> dict[str, Any]:
    """Check them: `status`, the total `latency_seconds`, and each check as in `doctor`."""
    needed = [(name, check) for name, check in checks(settings) if name in NEEDED]
    checked = list(check_all(needed))
    return {
        "status": overall(checked),
        "latency_seconds": round(sum(it.milliseconds for it in checked) / 1000, 4),
        "checks": [asdict(it) for it in checked],
    }
