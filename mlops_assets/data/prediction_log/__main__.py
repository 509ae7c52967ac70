"""`python -m mlops_assets.data.prediction_log MODEL …`: pack the days that have ended.

A process of its own, so that a server that answers requests has nothing to do with it.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

from mlops_assets.data.prediction_log.packing import pack
from mlops_assets.platform.settings import Settings

NICE = 10
"""Requests go first."""

if __name__ == "__main__":
    os.nice(NICE)
    for name in sys.argv[1:]:
        pack(Settings.from_environment(), name, datetime.now(UTC))
