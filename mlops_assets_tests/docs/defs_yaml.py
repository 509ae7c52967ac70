"""The reference of defs.yaml as Markdown, from the JSON schema of `LifecycleSpec`."""

from collections.abc import Iterator
from typing import Any

from mlops_assets.spec.lifecycle_spec import LifecycleSpec

Schema = dict[str, Any]

FIRST = ("name", "source", "target", "columns", "model", "gates")
HEAD = """\
# defs.yaml

Every field that may stand below `attributes:`, with its type and default. A field is optional
unless it says **required**. Generated from the classes by `make docs`; do not edit.
"""
TABLE = "| field | type | default | description |\n| --- | --- | --- | --- |"
WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true, false"}
LIMITS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def reference() -> str:
    """The page: the fields of a model, then its sections in the order of those fields."""
    schema = LifecycleSpec.model_json_schema()
    fields = schema["properties"]
    order = sorted(fields, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    page = Page(schema["$defs"])
    body = page.section("attributes", {**schema, "properties": {it: fields[it] for it in order}})
    return "\n".join([HEAD, *body])


class Page:
    """The sections of the page, each written once and linked from wherever it is used."""

    def __init__(self, definitions: dict[str, Schema]) -> None:
        self.definitions, self.titles = definitions, dict[str, str]()

    def section(self, title: str, schema: Schema) -> Iterator[str]:
        """A heading, the description, the table of fields, and the sections these lead to."""
        nested = {} if title == "attributes" else {"": title}
        fields = _fields(schema)
        new = [
            it
            for name, field in fields
            for it in self._new(", ".join([*nested.values(), name]), field)
        ]
        rows = [self._row(name, field, schema) for name, field in fields]
        yield "\n".join([f"## {title}\n", schema.get("description", ""), "", TABLE, *rows, ""])
        for name in new:
            yield from self.section(self.titles[name], self.definitions[name])

    def _new(self, path: str, field: Schema) -> list[str]:
        """The definitions that the field is the first to use; they get their titles from it."""
        found = [name for name in _references(field) if name not in self.titles]
        for name in found:
            kind = _constant(self.definitions[name])
            self.titles[name] = f"{path}: {kind}" if kind else path
        return found

    def _row(self, name: str, field: Schema, owner: Schema) -> str:
        needed = name in owner.get("required", ())
        shown = "**required**" if needed else _default(field.get("default"))
        cells = (f"`{name}`", self._type(field), shown, self._description(field))
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    def _description(self, field: Schema) -> str:
        own = field.get("description", "")
        used = [self.definitions[name].get("description", "") for name in _references(field)]
        return (own or (used[0] if used else "")).split("\n\n")[0].replace("\n", " ")

    def _type(self, field: Schema) -> str:
        if "$ref" in field:
            return self._link(field["$ref"].rpartition("/")[2])
        if choices := field.get("oneOf") or field.get("anyOf"):
            return " or ".join(self._type(it) for it in choices if it.get("type") != "null")
        if "const" in field or "enum" in field:
            return ", ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
        if field.get("type") == "array":
            items = self._type(field.get("items", {}))
            return f"list of ({items})" if " or " in items else f"list of {items}"
        if field.get("type") == "object":
            values = field.get("additionalProperties")
            return f"mapping to {self._type(values)}" if isinstance(values, dict) else "mapping"
        return _plain(field)

    def _link(self, name: str) -> str:
        title = self.titles[name]
        anchor = title.lower().replace(",", "").replace(":", "").replace(" ", "-")
        return f"[{title}](#{anchor})"


def _fields(schema: Schema) -> list[tuple[str, Schema]]:
    """Each field with its schema; `any metric` stands for keys that the YAML chooses."""
    more = schema.get("additionalProperties")
    chosen = [("any metric", more)] if isinstance(more, dict) else []
    return [*schema["properties"].items(), *chosen]


def _references(schema: Schema) -> list[str]:
    """The names of the definitions a field leads to, in order."""
    inner = [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
    inner += [
        it for key in ("items", "additionalProperties") if isinstance(it := schema.get(key), dict)
    ]
    own = [schema["$ref"].rpartition("/")[2]] if "$ref" in schema else []
    return list(dict.fromkeys([*own, *(name for it in inner for name in _references(it))]))


def _constant(schema: Schema) -> str:
    """The `type` by which a source or a kind is chosen; empty for other sections."""
    return schema["properties"].get("type", {}).get("const", "")


def _plain(field: Schema) -> str:
    limits = [f"{sign} {field[key]:,}" for key, sign in LIMITS.items() if key in field]
    word = (
        "date" if field.get("format") == "date" else WORDS.get(field.get("type", ""), "any value")
    )
    return ", ".join([word, *limits])


def _default(value: object) -> str:
    """As YAML writes it; nothing where there is no value to show."""
    if value is None or value == "" or isinstance(value, dict):
        return ""
    if isinstance(value, list):
        return f"`[{', '.join(map(str, value))}]`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
