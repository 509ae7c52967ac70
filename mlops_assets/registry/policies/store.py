"""Read and append policy versions and variants in the warehouse."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from mlops_assets.errors import InputError
from mlops_assets.platform.warehouse.reading import reading
from mlops_assets.platform.warehouse.writing import writing
from mlops_assets.registry.policies.records import PolicyVersion, Variant
from mlops_assets.registry.policies.tables import create, is_there, named

if TYPE_CHECKING:
    import sqlalchemy as sa


class PolicyStore:
    """The policy versions and variants in the warehouse at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url

    def add(
        self, policy_id: UUID, name: str, version: str, config_defaults: Mapping[str, Any]
    ) -> PolicyVersion:
        """The policy version of a registered version; appended with the next number if new."""
        with writing(self.url) as connection:
            create(connection)
            known = _versions(connection, policy_id=policy_id)
            for it in known:
                if (it.mlflow_model_name, it.mlflow_model_version) == (name, version):
                    return it
            row = {
                "id": str(uuid4()),
                "policy_id": str(policy_id),
                "version": max((it.version for it in known), default=0) + 1,
                "mlflow_model_name": name,
                "mlflow_model_version": version,
                "config_defaults": json.dumps(dict(config_defaults)),
            }
            _insert(connection, "policy_versions", row)
            (added,) = _versions(connection, id=row["id"])
            return added

    def add_variant(
        self, experiment: str, name: str, policy_version: UUID, config: Mapping[str, Any]
    ) -> Variant:
        """A new arm of an experiment. Raises `InputError` if it is taken, or names no version."""
        with writing(self.url) as connection:
            create(connection)
            for it in _variants(connection, experiment=experiment, name=name):
                if it.policy_version_id == policy_version:
                    return it
                raise _taken(it)
            if not _versions(connection, id=str(policy_version)):
                raise no_policy_version(policy_version)
            settings = {**config, "policy_version_id": str(policy_version)}
            row = {"id": str(uuid4()), "experiment": experiment, "name": name}
            _insert(connection, "variants", {**row, "config": json.dumps(settings)})
            (added,) = _variants(connection, id=row["id"])
            return added

    def versions(self, **equal: Any) -> list[PolicyVersion]:
        """Policy versions with these values, such as `mlflow_model_name`, the oldest first."""
        with reading(self.url) as connection:
            return _versions(connection, **equal) if is_there(connection) else []

    def version(self, id: UUID | str) -> PolicyVersion:  # noqa: A002 - the name of the column
        """The policy version with that id. Raises `InputError` if there is none."""
        found = self.versions(id=str(id))
        if not found:
            raise no_policy_version(id)
        return found[0]

    def variants(self, **equal: Any) -> list[Variant]:
        """Variants with these values, such as `experiment`, the oldest first."""
        with reading(self.url) as connection:
            return _variants(connection, **equal) if is_there(connection) else []

    def require_unnamed(self, name: str, version: str | None = None) -> None:
        """Raise `InputError` if a policy version names the registered model, or its version."""
        equal = {"mlflow_model_name": name}
        equal |= {"mlflow_model_version": version} if version else {}
        if found := self.versions(**equal):
            one = found[0]
            raise InputError(
                seen=f"{name} version {one.mlflow_model_version} is version {one.version} of the "
                f"policy {one.policy_id}, which experiments may name",
                expected="a version that no policy version names",
                todo=f'`mlops-assets archive {name} {one.mlflow_model_version} --reason "…"`: '
                "policy versions are kept for good",
            )


def no_policy_version(id: UUID | str) -> InputError:  # noqa: A002
    """The error for an id that nothing has."""
    return InputError(
        seen=f"no policy version {id}",
        expected="the `id` of a row of exp.policy_versions",
        todo="look it up with `mlops-assets policies`, or materialize `policy_version`",
    )


def _taken(variant: Variant) -> InputError:
    return InputError(
        seen=f"the experiment {variant.experiment} has a variant {variant.name} already, of the "
        f"policy version {variant.policy_version_id}",
        expected="variants that never change",
        todo="choose another name for the variant or the experiment",
    )


def _insert(connection: sa.Connection, table: str, row: Mapping[str, Any]) -> None:
    import sqlalchemy as sa

    values = {name: f":{name}" for name in row}
    if connection.dialect.name == "postgresql":
        types = {"id": "uuid", "policy_id": "uuid", "config_defaults": "jsonb", "config": "jsonb"}
        values = {it: f"CAST(:{it} AS {types[it]})" if it in types else f":{it}" for it in row}
    names, bound = ", ".join(values), ", ".join(values.values())
    statement = f"INSERT INTO {named(connection, table)} ({names}) VALUES ({bound})"  # noqa: S608
    connection.execute(sa.text(statement), dict(row))


def _versions(connection: sa.Connection, **equal: Any) -> list[PolicyVersion]:
    rows = _rows(connection, "policy_versions", equal)
    return [PolicyVersion.model_validate(_parsed(row, "config_defaults")) for row in rows]


def _variants(connection: sa.Connection, **equal: Any) -> list[Variant]:
    rows = _rows(connection, "variants", equal)
    for row in rows:
        row.pop("policy_version_id", None)  # PostgreSQL has it as a column, too
    return [Variant.model_validate(_parsed(row, "config")) for row in rows]


def _rows(connection: sa.Connection, table: str, equal: Mapping[str, Any]) -> list[dict[str, Any]]:
    import sqlalchemy as sa

    where = " AND ".join(f"CAST({name} AS text) = :{name}" for name in equal) or "1 = 1"
    order = "policy_id, version" if table == "policy_versions" else "created_at, name"
    query = f"SELECT * FROM {named(connection, table)} WHERE {where} ORDER BY {order}"  # noqa: S608
    values = {name: str(value) for name, value in equal.items()}
    return [dict(it) for it in connection.execute(sa.text(query), values).mappings()]


def _parsed(row: dict[str, Any], column: str) -> dict[str, Any]:
    """SQLite has JSON as text."""
    return {**row, column: json.loads(row[column]) if isinstance(row[column], str) else row[column]}
