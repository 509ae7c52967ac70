"""deploy/compose.yaml as Docker Compose reads it: with the variables of a .env filled in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from mlops_assets.platform.settings import PACKAGE_PARENT

DEPLOY = PACKAGE_PARENT / "deploy"
FOREIGN = ("postgres", "minio")
"""Services of other people's images; a test has a PostgreSQL and an S3 API of its own."""
VARIABLE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?::(?P<how>[-?])(?P<rest>[^}]*))?\}")


@dataclass(frozen=True)
class Service:
    """What a container of ours runs, its environment, and how it is known to be well."""

    command: list[str]
    environment: dict[str, str]
    healthcheck: list[str]


@cache
def compose() -> dict[str, Any]:
    """The file, with its anchors resolved and its variables as they are."""
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def own_services(env: Mapping[str, str]) -> dict[str, Service]:
    """Our services by name, with the variables of `env`."""
    found = compose()["services"]
    return {name: _service(found[name], env) for name in found if name not in FOREIGN}


def _service(given: dict[str, Any], env: Mapping[str, str]) -> Service:
    asked = given["environment"].items()
    environment = {name: filled(str(it), env) for name, it in asked if it is not None}
    environment |= {name: env[name] for name, it in asked if it is None and name in env}
    how, *check = given.get("healthcheck", {}).get("test", ["NONE"])
    assert how in ("CMD", "NONE"), "a shell would have to read its text"
    command, check = ([filled(it, env) for it in words] for words in (given["command"], check))
    return Service(command, environment, check)


def filled(text: str, env: Mapping[str, str]) -> str:
    """The text with `${NAME}`, `${NAME:-default}` and `${NAME:?}` replaced, as Compose does."""

    def value(found: re.Match) -> str:
        if found[0] == "$$":
            return "$"
        given = env.get(found["name"], "")
        if not given and found["how"] == "?":
            raise KeyError(found["name"])
        return given or (found["rest"] or "" if found["how"] == "-" else "")

    return VARIABLE.sub(value, text)


def variables() -> set[str]:
    """Every variable that the file asks for."""
    text = (DEPLOY / "compose.yaml").read_text()
    passed_on = {name for name, value in compose()["x-environment"].items() if value is None}
    return {found["name"] for found in VARIABLE.finditer(text) if found["name"]} | passed_on


def example(**own: str) -> dict[str, str]:
    """The variables of .env.example, with `own` values in place of some.

    As Compose reads them: text in single quotes stays as it is, other text may name a variable.
    """
    found: dict[str, str] = {}
    for line in (DEPLOY / ".env.example").read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            text = value.strip("'") if value.startswith("'") else filled(value, found)
            found[name] = own.get(name, text)
    return found
