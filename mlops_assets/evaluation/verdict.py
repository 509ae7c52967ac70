"""The gate verdict on a version: the result of every gate, stored with the version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from math import isfinite
from typing import Any, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    computed_field,
    model_validator,
)

from mlops_assets.spec.gates import BEATS_PRODUCTION, DOCUMENTATION


class GateResult(BaseModel):
    """The result of one gate: the metric's value, the bound, and why it passed or failed."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="strings")

    gate: str
    bound: str = Field(description="In words, such as `>= 0.85`.")
    value: float | None = Field(None, description="None if there was nothing to judge.")
    low: float | None = Field(None, description="Lower end of the value's 95 % interval.")
    high: float | None = Field(None, description="Upper end of the interval.")
    min: float | None = Field(default=None, description="The bound as a number, for the chart.")
    max: float | None = None
    end: Literal["low", "high", "value"] | None = Field(
        default=None,
        description="The end of the interval that is judged instead of the value, or the value "
        "instead of the lower end, which `beats_production` judges.",
    )
    passed: bool
    reason: str

    @property
    def judged(self) -> float | None:
        """The number that the bound applies to: of `beats_production`, the lower end."""
        end = self.end or ("low" if self.gate == BEATS_PRODUCTION else "value")
        number = {"low": self.low, "high": self.high, "value": self.value}[end]
        return number if number is not None and isfinite(number) else None

    def __str__(self) -> str:
        """One line: `PASS roc_auc 0.912 [0.900, 0.920] >= 0.85`."""
        return " ".join(part for part in self.cells() if part)

    def cells(self) -> tuple[str, str, str, str, str]:
        """PASS or FAIL, gate, value, interval and bound, as text."""
        exact = self.value is None or self.low == self.high
        interval = "" if exact else f"[{_short(self.low)}, {_short(self.high)}]"
        word = "PASS" if self.passed else "FAIL"
        return (word, self.gate, _short(self.value), interval, self.bound)


class Verdict(BaseModel):
    """The stored outcome of all gates of a version. A verdict without gates has not passed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    gates: tuple[GateResult, ...]
    model_id: str
    dataset_version: str
    code_version: str
    asked: str = Field("", description="The gates from defs.yaml that were judged, as JSON.")
    champion: str | None = Field(
        None,
        validation_alias=AliasChoices("champion", "rival"),  # its name before 0.2
        description="The production version at that time; empty if none. Older verdicts lack it.",
    )

    @computed_field
    @property
    def passed(self) -> bool:
        """Whether there are gates and all of them passed."""
        return bool(self.gates) and all(gate.passed for gate in self.gates)

    @model_validator(mode="wrap")
    @classmethod
    def _passed_follows_from_the_gates(
        cls, given: Any, handler: ModelWrapValidatorHandler[Verdict]
    ) -> Verdict:
        if not isinstance(given, Mapping) or "passed" not in given:
            return handler(given)
        verdict = handler({name: value for name, value in given.items() if name != "passed"})
        if given["passed"] != verdict.passed:
            raise ValueError(f"passed is {given['passed']}, but the gates give {verdict.passed}")
        return verdict

    def summary(self) -> str:
        """One line per gate, in columns; the reason below if it failed or has no value."""
        rows = [gate.cells() for gate in self.gates]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = []
        for gate, row in zip(self.gates, rows, strict=True):
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            lines.append("  ".join(cells).rstrip())
            if not gate.passed or gate.value is None:
                lines.append(f"      {gate.reason}")
        return "\n".join(lines) or "FAIL  no gate was judged"

    def bounds(self) -> dict[str, str]:
        """The bound of each gate in words, whether it passed or not."""
        return {gate.gate: gate.bound for gate in self.gates}

    @property
    def documented(self) -> bool | None:
        """Whether the documentation was complete; None if no gate asked. It is no part of a fit."""
        found = [gate.passed for gate in self.gates if gate.gate == DOCUMENTATION]
        return found[0] if found else None

    def failures(self) -> str:
        """The failed gates with their reasons, in one line; empty if all passed."""
        return "; ".join(f"{gate.gate}: {gate.reason}" for gate in self.gates if not gate.passed)


def digest(verdict: str) -> str:
    """16 hex characters that identify a verdict's JSON in the ledger."""
    return hashlib.sha256(verdict.encode()).hexdigest()[:16]


def _short(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if abs(value) < 100 else f"{value:.5g}"
