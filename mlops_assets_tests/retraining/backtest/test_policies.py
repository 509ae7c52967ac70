"""A policy is named in a word or two, and a mistake says which forms there are."""

import pytest
from pydantic import ValidationError

from mlops_assets.errors import InputError
from mlops_assets.retraining.backtest.policies import DEFAULTS, parse_policy
from mlops_assets.spec.retrain import Policy

CONFIGURED = Policy.model_validate({"cooldown": 5})


@pytest.mark.parametrize(
    ("text", "every", "cooldown"),
    [
        ("never", None, None),
        ("nightly", 1, None),
        ("weekly", 7, None),
        ("every=14", 14, None),
        ("loop", None, 5),
        ("loop:cooldown=9", None, 9),
        ("nightly+loop", 1, 5),
        ("loop:cooldown=9,suspect_days=3+every=30", 30, 9),
    ],
)
def test_each_form_is_read(text, every, cooldown):
    tried = parse_policy(text, CONFIGURED)
    assert tried.name == text
    assert tried.every == every
    assert (tried.loop.cooldown if tried.loop else None) == cooldown


def test_the_defaults_are_forms():
    assert [parse_policy(it, CONFIGURED).name for it in DEFAULTS] == list(DEFAULTS)


@pytest.mark.parametrize(
    "text", ["", "nighly", "every=0", "loop+loop", "weekly+nightly", "never+loop"]
)
def test_anything_else_is_refused(text):
    with pytest.raises(InputError, match="nightly"):
        parse_policy(text, CONFIGURED)


def test_an_unknown_setting_names_the_nearest():
    with pytest.raises(InputError, match="cooldown"):
        parse_policy("loop:cooldwn=3", CONFIGURED)


def test_a_setting_out_of_range_is_refused():
    with pytest.raises(ValidationError):
        parse_policy("loop:cooldown=0", CONFIGURED)
