"""Further parts of the evaluation: `packs:` in defs.yaml."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class PackChoice(BaseModel):
    """A pack by its name, with its settings; which ones there are, the pack says."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: str = Field(description="The name of the pack.")


def _by_name(given: Any) -> Any:
    return {"type": given} if isinstance(given, str) else given


PackField = Annotated[PackChoice, BeforeValidator(_by_name)]
"""`fairness`, or `{type: fairness, …}` with settings."""
