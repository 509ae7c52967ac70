"""What the part `linkage` measures, in order."""

from benchmarks.linkage import beside_splink, entities, febrl, large, quality
from benchmarks.report import Report

SECTIONS = (quality.run, febrl.run, entities.run, beside_splink.run, large.run)


def run(report: Report, rounds: int) -> None:
    """Every section in turn; those about quality have seeds of their own instead of rounds."""
    for section in SECTIONS:
        section(report, rounds)
