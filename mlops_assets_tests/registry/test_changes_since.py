"""What the model card says about the version before."""

from datetime import date

from mlops_assets.client import ModelRegistry
from mlops_assets.registry.changes_since import Change, ChangesSince, changes_since_before
from mlops_assets.tasks.metrics.metric import Metric
from mlops_assets_tests.versions import evaluated


def register(model, fingerprint: str, auc: float, **params: object):
    made = evaluated(model, fingerprint)
    for name, value in params.items():
        model.client.log_param(made.trained_model.run_id, name, value)
    metric = Metric(value=auc, low=auc - 0.02, high=auc + 0.02, support=100)
    made = made.model_copy(update={"metrics": {"roc_auc": metric}})
    return model.register(made, description="", trained_through=date(2026, 1, 4))


def test_the_first_version_has_no_version_before(settings):
    model = ModelRegistry(settings, actor="anna").of("churn")
    assert changes_since_before(model, register(model, "f1", 0.9)) == ChangesSince()


def test_what_differs_is_named_with_both_values_and_what_does_not_is_left_out(settings):
    model = ModelRegistry(settings, actor="anna").of("churn")
    register(model, "f1", 0.9, C=1.0, seed=0)
    second = register(model, "f2", 0.91, C=0.1, seed=0, tol=0.001)
    found = changes_since_before(model, second)
    assert found.version == "1"
    assert list(map(str, found.changes)) == [
        "C: 1.0 → 0.1",
        "tol: - → 0.001",
        "roc_auc: 0.900 [0.880, 0.920] → 0.910 [0.890, 0.930]",
    ]


def test_a_long_list_is_cut_and_says_so():
    many = tuple(Change(f"p|{n}", "1", "2") for n in range(30))
    lines = ChangesSince("1", many).lines()
    assert lines[0] == "- p&#124;0: 1 → 2"
    assert lines[-1] == "- … and 18 more in model_card.html"
