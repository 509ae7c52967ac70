"""`exp.policy_versions` and `exp.variants`: appended to, never changed, in both databases."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from mlops_assets.errors import InputError
from mlops_assets.platform.warehouse.writing import writing
from mlops_assets.registry.policies.store import PolicyStore
from mlops_assets.registry.policies.tables import named

POLICY = uuid4()
NO_ID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path) -> PolicyStore:
    if request.param == "sqlite":
        return PolicyStore(f"sqlite:///{tmp_path / 'warehouse.db'}")
    return PolicyStore(request.getfixturevalue("new_database")())


def add(store: PolicyStore, version: str = "4"):
    return store.add(POLICY, "planner_model", version, {"temperature": 0.7})


def execute(store: PolicyStore, statement: str) -> None:
    with writing(store.url) as connection:
        tables = {it: named(connection, it) for it in ("policy_versions", "variants")}
        connection.execute(sa.text(statement.format(**tables)))


def test_nothing_is_there_before_the_first(store):
    assert store.versions() == []
    assert store.variants() == []
    store.require_unnamed("planner_model", "4")
    with pytest.raises(InputError, match="no policy version"):
        store.version(uuid4())


def test_a_registered_version_is_one_version_of_its_policy(store):
    first, again, second = add(store), add(store), add(store, "5")
    assert first == again == store.version(first.id)
    assert (first.version, second.version) == (1, 2)
    assert first.config_defaults == {"temperature": 0.7}
    assert [it.mlflow_model_version for it in store.versions(policy_id=POLICY)] == ["4", "5"]
    other = store.add(uuid4(), "planner_model", "5", {})
    assert other.version == 1


def test_a_plain_insert_of_the_documented_columns_works(store):
    add(store)
    execute(
        store,
        "INSERT INTO {policy_versions} (policy_id, version, mlflow_model_name, "  # noqa: S608
        f"mlflow_model_version, config_defaults) VALUES ('{POLICY}', 4, 'planner_model', '7', "
        "'{{\"temperature\": 0.7}}')",
    )
    newest = store.versions(version=4)[0]
    assert isinstance(newest.id, UUID)
    assert newest.created_at.year >= 2026


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {policy_versions} SET mlflow_model_version = '9'",
        "DELETE FROM {policy_versions}",
        "UPDATE {variants} SET name = 'other'",
        "DELETE FROM {variants}",
    ],
)
def test_neither_is_ever_changed(store, statement):
    row = add(store)
    store.add_variant("e", "champion", row.id, {})
    with pytest.raises(InputError, match="append-only"):
        execute(store, statement)
    assert store.versions() == [row]


def test_a_variant_names_a_policy_version(store):
    row = add(store)
    variant = store.add_variant("e", "champion", row.id, {"share": 0.5})
    assert variant.policy_version_id == row.id
    assert store.variants(experiment="e") == [variant]
    assert store.add_variant("e", "champion", row.id, {"share": 0.5}) == variant
    with pytest.raises(InputError, match="has a variant champion already"):
        store.add_variant("e", "champion", add(store, "5").id, {})
    with pytest.raises(InputError, match="no policy version"):
        store.add_variant("e", "challenger", uuid4(), {})


NEW = {
    "policy_id": str(uuid4()),
    "version": 1,
    "mlflow_model_name": "planner_model",
    "mlflow_model_version": "4",
    "config_defaults": "{}",
}


@pytest.mark.parametrize(
    "changed",
    [
        {"policy_id": "planner_policy_uuid"},
        {"version": "one"},
        {"version": 0},
        {"config_defaults": "[1]"},
        {"config_defaults": "null"},
        {"config_defaults": "{"},
        {"created_at": "yesterday, about noon"},
        {"id": "abc"},
    ],
)
def test_what_could_never_be_read_again_is_not_written(store, changed):
    """By whoever writes it: rows are kept for good."""
    row = add(store)
    values = ", ".join(f"'{it}'" for it in ({**NEW, **changed}).values()).replace("{", "{{")
    names, values = ", ".join({**NEW, **changed}), values.replace("}", "}}").replace(":", r"\:")
    with pytest.raises(InputError, match="refused"):
        execute(store, f"INSERT INTO {{policy_versions}} ({names}) VALUES ({values})")  # noqa: S608
    assert store.versions() == [row]


def test_a_row_is_not_replaced_by_one_of_the_same_version(tmp_path):
    store = PolicyStore(f"sqlite:///{tmp_path / 'warehouse.db'}")
    row = add(store)
    with pytest.raises(InputError, match="append-only"):
        execute(
            store,
            "INSERT OR REPLACE INTO {policy_versions} (policy_id, version, mlflow_model_name, "  # noqa: S608
            f"mlflow_model_version) VALUES ('{POLICY}', 7, 'planner_model', '4')",
        )
    assert store.versions() == [row]


@pytest.mark.parametrize("config", ["{{}}", f'{{{{"policy_version_id": "{NO_ID}"}}}}'])
def test_whatever_writes_a_variant_its_reference_is_checked(store, config):
    add(store)
    with pytest.raises(InputError, match=r"policy.version|null value"):
        execute(
            store,
            f"INSERT INTO {{variants}} (experiment, name, config) VALUES ('e', 'c', '{config}')",  # noqa: S608
        )


def test_a_version_that_is_named_is_kept(store):
    add(store)
    store.require_unnamed("planner_model", "5")
    with pytest.raises(InputError, match="version 4 is version 1 of the policy"):
        store.require_unnamed("planner_model", "4")
    with pytest.raises(InputError, match="which experiments may name"):
        store.require_unnamed("planner_model")
