"""Quality of the kind without settings, compared with Splink set up by hand."""

import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from benchmarks.linkage.linked import SHOWN, shown
from benchmarks.report import Report, met, progress, table
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.deduplication import DEDUPLICATION
from mlops_assets.tasks.metrics.deduplication import estimates
from mlops_assets.tasks.metrics.intervals import with_intervals
from mlops_assets.tasks.metrics.metric import Metric
from mlops_assets_tests.kinds.fellegi_sunter import fake, febrl

THRESHOLD = 0.95
ABOUT = (
    "Splink's example of 1,000 people with many mistakes, and FEBRL 4 as one table. Ours has no\n"
    "settings but the roles of the columns. Splink's is set up by hand for each: comparisons from\n"
    "its library, blocking rules of single fields, EM on several of them, clusters at 0.95."
)
BY_HAND = {
    "fake_1000": {
        "comparisons": [
            cl.NameComparison("first_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        "rules": ["first_name", "surname", "dob", "email"],
        "certain": [("first_name", "dob"), ("email",)],
        "learned on": [("first_name", "surname"), ("email",), ("dob",)],
    },
    "febrl4": {
        "comparisons": [
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison(
                "date_of_birth", input_is_string=True, datetime_format="%Y%m%d"
            ),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
        ],
        "rules": ["soc_sec_id", "given_name", "surname", "date_of_birth", "postcode"],
        "certain": [("soc_sec_id",), ("given_name", "surname", "date_of_birth")],
        "learned on": [("date_of_birth",), ("postcode",)],
    },
}


def run(report: Report, rounds: int) -> None:
    """Link each once with both; the number of rounds does not matter."""
    rows = [("", "", *SHOWN, "goal: in Splink's interval, or better")]
    for name, dataset in _given().items():
        mine, theirs = _ours(dataset), _splink(name, dataset)
        reached = met(mine["f1_score"].value >= theirs["f1_score"].low)
        rows += [(name, "ours", *shown(mine), reached), ("", "Splink", *shown(theirs), "")]
        progress(f"{name}: F1 {mine['f1_score'].value:.4f}, Splink {theirs['f1_score'].value:.4f}")
    report.section("Without settings", ABOUT, table(rows))


def _given() -> dict[str, Dataset]:
    """The data sets; fake_1000 only where it has been put beside the checkout."""
    return ({"fake_1000": fake.load()} if fake.FILE.exists() else {}) | {"febrl4": febrl.both()}


def _ours(dataset: Dataset) -> dict[str, Metric]:
    unlabelled = dataset.with_target(None)
    model = fake.DEFAULT.fit(unlabelled, DEDUPLICATION, seed=0, allowed_prefixes=())
    return DEDUPLICATION.metrics(dataset, model.predict(dataset.features))


def _splink(name: str, dataset: Dataset) -> dict[str, Metric]:
    hand = BY_HAND[name]
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record",
        comparisons=hand["comparisons"],
        blocking_rules_to_generate_predictions=[block_on(field) for field in hand["rules"]],
    )
    rows = dataset.features.reset_index(drop=True).rename_axis("record").reset_index()
    for field in dataset.columns.date:
        rows[field] = rows[field].dt.strftime("%Y-%m-%d")
    linker = Linker(DuckDBAPI().register(rows.replace("", None)), settings, log_level="ERROR")
    training = linker.training
    certain = [block_on(*fields) for fields in hand["certain"]]
    training.estimate_probability_two_random_records_match(certain, recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=0)
    for fields in hand["learned on"]:
        training.estimate_parameters_using_expectation_maximisation(block_on(*fields))
    pairs = linker.inference.predict(threshold_match_weight=-5)
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, THRESHOLD)
    clusters = found.as_pandas_dataframe().set_index("record")["cluster_id"].sort_index()
    return with_intervals(estimates(dataset.target.to_numpy(), clusters.to_numpy()), seed=0)
