"""Policies: estimated rewards of actions, and how one is chosen by them."""

from mlops_assets.kinds.policy.spec import PolicySpec

__all__ = ["PolicySpec"]
