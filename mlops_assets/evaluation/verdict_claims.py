"""A gate verdict as checks."""

from __future__ import annotations

from mlops_assets.claims import Claim
from mlops_assets.evaluation.verdict import Verdict

CLAIMS = {
    "gates_pass": "Every gate in defs.yaml passes on the holdout.",
    "beats_production": "The model is no worse than the production version on the same holdout.",
}


def verdict_claims(verdict: Verdict) -> list[Claim]:
    """The verdict as non-blocking checks: rejecting a version does not fail the run."""
    champion = next(gate for gate in verdict.gates if gate.gate == "beats_production")
    passed = sum(gate.passed for gate in verdict.gates)
    return [
        Claim(
            name="gates_pass",
            passed=verdict.passed,
            observed=f"{passed} of {len(verdict.gates)} gates passed {verdict.failures()}".strip(),
            bound="all gates",
            todo="the version is rejected; see the failed gates in the metadata of `evaluation`",
        ),
        Claim(
            name="beats_production",
            passed=champion.passed,
            observed=champion.reason,
            bound=champion.bound,
            todo="nothing; the current production version keeps serving",
        ),
    ]
