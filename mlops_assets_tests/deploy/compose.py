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
    """What a container of ours runs, and its environment."""

    command: list[str]
    environment: dict[str, str]


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
    return Service([filled(it, env) for it in given["command"]], environment)


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


def example() -> dict[str, str]:
    """The variables of .env.example."""
    lines = (DEPLOY / ".env.example").read_text().splitlines()
    given = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value.strip("'") for name, _, value in given}
