"""Train and link through the kind: `python -m benchmarks.linkage.ours CITIZENS CLUSTERS ID_IS`.

Also writes the settings with which Splink alone does the same (`plain.py`).
"""

import json
import sys
from pathlib import Path

import pandas as pd

from benchmarks.linkage.shipped import golden_record
from benchmarks.stopwatch import step
from mlops_assets.kinds.fellegi_sunter.spec import FellegiSunterSpec


def main(citizens: str, clusters: str, id_is: str) -> None:
    """The cluster of each citizen, with the settings of golden_record's defs.yaml."""
    spec = golden_record()
    kind = FellegiSunterSpec.model_validate(
        {
            "type": "fellegi_sunter",
            "params": {"match_threshold": 0.95, "id_belongs_to": id_is},
        }
    )
    with step("read"):
        rows = pd.read_parquet(citizens)
        dataset = spec.dataset(rows)
    with step("train"):
        model = kind.fit(dataset, spec.task, seed=spec.seed, allowed_prefixes=())
    with step("link"):
        found = model.predict(dataset.features)
    with step("write"):
        table = rows[spec.identity].assign(cluster=found["prediction"].to_numpy())
        table.to_parquet(clusters, index=False)
        Path(clusters).with_suffix(".json").write_text(json.dumps(model.linkage.settings))


if __name__ == "__main__":
    main(*sys.argv[1:])
