"""The YAML of a policy; importing it does not import scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.features.dataset import Dataset
from mlops_assets.features.labels import FLAGS, label_text
from mlops_assets.kinds.base import STANDARD_PACKS
from mlops_assets.kinds.policy.choices import Choice, Softmax
from mlops_assets.kinds.policy.model import PolicyModel
from mlops_assets.kinds.policy.reward_params import RewardParams
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.policy import POLICY_LEARNING


def _label(value: object) -> str | None:
    """As logged actions are spelt, without importing pandas."""
    text = label_text(value)
    return FLAGS.get(text, text) if text else text


Action = Annotated[str, BeforeValidator(_label), Field(min_length=1, max_length=100)]


class PolicySpec(BaseModel):
    """A policy that chooses an action by its estimated reward."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    tasks: ClassVar[tuple[Task, ...]] = (POLICY_LEARNING,)
    libraries: ClassVar[tuple[str, ...]] = ("scikit-learn", "numpy", "pandas", "scipy")
    claims: ClassVar[Mapping[str, str]] = {}
    packs: ClassVar[tuple[str, ...]] = STANDARD_PACKS
    builds_on: ClassVar[tuple[str, ...]] = ("sklearn",)

    type: Literal["policy"] = Field(description="The kind of model.")
    actions: list[Action] = Field(
        min_length=2,
        max_length=500,
        description="Every action that can be chosen. A row with another one is an outage.",
    )
    rewards: RewardParams = Field(
        default_factory=lambda: RewardParams.model_validate({}),
        description="How the reward of an action is estimated.",
    )
    choice: Choice = Field(
        default_factory=lambda: Softmax.model_validate({}),
        description="How an action is chosen: {type: softmax, temperature: 0.1} or "
        "{type: epsilon_greedy, epsilon: 0.1}.",
    )

    @model_validator(mode="after")
    def _actions_differ(self) -> PolicySpec:
        if twice := sorted({it for it in self.actions if self.actions.count(it) > 1}):
            raise InputError(
                seen=f"`actions` names {twice} more than once",
                expected="each action once",
                todo="remove the others",
            )
        return self

    def require_context(self, dataset: Dataset) -> None:
        """Raise `InputError` for a logged action that is not in `actions`."""
        from mlops_assets.features.labels import class_names

        logged = class_names(dataset.of_role("action"))
        unknown = logged[~logged.isin(self.actions)]
        if len(unknown):
            example = str(unknown.iloc[0])
            raise InputError(
                seen=f"{len(unknown)} of {len(logged)} rows have an action that nobody knows, "
                f"such as {example!r}{nearest(example, self.actions)}",
                expected=f"actions among {self.actions}",
                todo="correct the log, or add the action to `model: {actions: […]}`",
            )

    def fit(
        self, dataset: Dataset, task: Task, *, seed: int, allowed_prefixes: tuple[str, ...]
    ) -> PolicyModel:
        """Fit the estimators of rewards on the actions that were logged. Raises `InputError`."""
        from mlops_assets.kinds.policy import training

        recipe = training.Recipe(tuple(self.actions), self.rewards, self.choice, allowed_prefixes)
        return training.fit(recipe, dataset, seed=seed)

    @classmethod
    def load(cls, model_uri: str) -> PolicyModel:
        """Load the policy at `models:/m-…`. Raises `InputError` for an untrusted type."""
        from mlops_assets.kinds.policy import storage

        return PolicyModel(*storage.load(model_uri))
