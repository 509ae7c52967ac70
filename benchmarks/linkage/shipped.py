"""The model golden_record as shipped."""

import yaml

from benchmarks.checkout import ROOT, defs_folder
from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def golden_record() -> LifecycleSpec:
    """The spec of its defs.yaml."""
    path = defs_folder(ROOT) / "golden_record" / "defs.yaml"
    return LifecycleSpec.model_validate(yaml.safe_load(path.read_text())["attributes"])
