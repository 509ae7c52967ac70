"""The OpenAPI document of the served models, and the page that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mlops_assets import __version__
from mlops_assets.platform.templates import render
from mlops_assets.serving.endpoint import Endpoint
from mlops_assets.serving.explaining import MOST_ROWS
from mlops_assets.serving.served_model import ServedModel

JSON, PLAIN = "application/json", "text/plain"
ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["prediction", "confidence", "risk_level", "model_version"],
    "properties": {
        "prediction": {"description": "The label, or the number.", "example": 1},
        "confidence": {
            "type": ["number", "null"],
            "description": "Probability of the prediction; null without probabilities.",
            "example": 0.87,
        },
        "risk_level": {
            "type": ["string", "null"],
            "description": "The band of the positive class's probability; null without bands.",
            "example": "High",
        },
        "model_version": {
            "type": "string",
            "description": "Where the version comes from, and its number.",
            "example": "registry-3",
        },
        "propensity": {
            "type": "number",
            "description": "Of a policy: the probability with which `prediction` was drawn.",
            "example": 0.31,
        },
        "policy_version_id": {
            "type": "string",
            "description": "Of a policy: the row of exp.policy_versions that answered.",
        },
        "warnings": {
            "type": "array",
            "items": {"type": "string"},
            "description": "What of the row is unlike the rows of training.",
        },
    },
}
EXPLANATION = {
    "type": "object",
    "required": ["explains", "base", "value", "contributions", "in_words", "complete"],
    "properties": {
        "explains": {
            "type": "string",
            "description": "What `value` is.",
            "example": "probability of 1",
        },
        "base": {"type": "number", "description": "Its mean over rows of training."},
        "value": {"type": "number", "description": "`base` and all that the columns add."},
        "contributions": {
            "type": "array",
            "description": "What each column adds, the strongest first.",
            "items": {
                "type": "object",
                "required": ["column", "value", "adds"],
                "properties": {
                    "column": {"type": "string"},
                    "value": {"type": "string", "description": "Personal ones are masked."},
                    "adds": {"type": "number"},
                },
            },
        },
        "in_words": {"type": "string", "description": "The three strongest, as a sentence."},
        "complete": {
            "type": "boolean",
            "description": "False if the time was over: less exact, and `base` of fewer rows.",
        },
    },
}
EXPLAINED = {
    **ANSWER,
    "required": [*ANSWER["required"], "explanation"],
    "properties": {**ANSWER["properties"], "explanation": EXPLANATION},
}
ERRORS = {
    "type": "object",
    "required": ["errors"],
    "properties": {
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["seen", "expected"],
                "properties": {
                    "field": {"type": "string"},
                    "row": {"type": "integer"},
                    "seen": {"type": "string"},
                    "expected": {"type": "string"},
                },
            },
        }
    },
}
REFUSALS = {
    "401": "No key, or one that is not known.",
    "403": "A Host or an Origin that this server does not answer to.",
    "404": "No such model.",
    "405": "Another method.",
    "413": "The body is too long.",
    "415": "The content type is not application/json.",
    "422": "The body is not as described: which field, what came, what is expected.",
    "429": "Too many requests.",
    "503": "No version answers, too many rows wait to be explained, or the disk is full.",
}
OF_GUARDS = ("401", "403", "405", "429")
"""Any address may answer these, as text."""


def document(endpoints: Mapping[str, Endpoint], only: str) -> dict[str, Any]:
    """The OpenAPI document; the rows of a model are those of the version that answers now."""
    paths: dict[str, Any] = {}
    for name, endpoint in endpoints.items():
        if endpoint.served is None:
            continue
        places = [f"/models/{name}", *([""] if name == only else [])]
        for place in places:
            paths[f"{place}/predict"] = {"post": _predict(name, place, endpoint.served)}
            if endpoint.served.make_explainer is not None:
                paths[f"{place}/explain"] = {"post": _explain(name, place, endpoint.served)}
            paths[f"{place}/labels"] = {"post": _labels(name, place)}
            info = _get(f"info {name} {place}", "What answers.", "404", "503")
            paths[f"{place}/model-info"] = {"get": info}
    paths |= {
        "/models": {"get": _get("models", "The served models.")},
        "/health": {"get": _get("health", "The state of each model.", "503")},
        "/health/live": {"get": _get("live", "Whether the process answers.")},
        "/health/ready": {"get": _get("ready", "Whether every model answers.", "503")},
        "/metrics": {"get": _get("metrics", "Measures in Prometheus' format.", media=PLAIN)},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "mlops_assets: predictions", "version": __version__},
        "paths": paths,
    }


def _predict(name: str, place: str, served: ServedModel) -> dict[str, Any]:
    return {
        "operationId": f"predict {name} {place}".strip(),
        "summary": f"Predict with {name}: one row, or a list of rows.",
        **_of_rows(served, ANSWER, {}),
    }


def _explain(name: str, place: str, served: ServedModel) -> dict[str, Any]:
    return {
        "operationId": f"explain {name} {place}".strip(),
        "summary": f"Explain what {name} predicts: what each column of a row adds.",
        **_of_rows(served, EXPLAINED, {"maxItems": MOST_ROWS}),
    }


def _of_rows(served: ServedModel, answer: dict[str, Any], bounds: dict[str, Any]) -> dict[str, Any]:
    """A body of one row or a list of them, and an answer to each."""
    row = served.row.model_json_schema()
    body = {"anyOf": [row, {"type": "array", "items": row, "minItems": 1, **bounds}]}
    answers = {"anyOf": [answer, {"type": "array", "items": answer}]}
    example = {"a typical row": {"value": served.schema.example()}}
    answered = {"description": "The answer, or one for each row.", "content": _json(answers)}
    return {
        "requestBody": _request(body, example),
        "responses": {"200": answered, **_refusals(*REFUSALS)},
    }


def _labels(name: str, place: str) -> dict[str, Any]:
    entry = {
        "type": "object",
        "required": ["label"],
        "properties": {
            "request_id": {"type": "string", "description": "X-Request-ID of the answer."},
            "place": {"type": "integer", "description": "Of the row in its request, from 0."},
            "label": {"type": ["string", "number", "boolean"]},
        },
    }
    body = {"type": "array", "items": entry, "minItems": 1}
    example = {"a label": {"value": [{"request_id": "0" * 32, "place": 0, "label": 1}]}}
    taken = {"type": "object", "properties": {"labels": {"type": "integer"}}}
    done = {"description": "How many were taken.", "content": _json(taken)}
    refusals = _refusals("401", "403", "404", "413", "415", "422", "429", "503")
    return {
        "operationId": f"labels {name} {place}".strip(),
        "summary": f"Give the labels of rows that {name} has answered.",
        "requestBody": _request(body, example),
        "responses": {"200": done, **refusals},
    }


def _request(body: dict[str, Any], examples: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {JSON: {"schema": body, "examples": examples}}}


def _get(name: str, summary: str, *refusals: str, media: str = JSON) -> dict[str, Any]:
    return {
        "operationId": name.strip(),
        "summary": summary,
        "responses": {
            "200": {"description": summary, "content": {media: {"schema": {}}}},
            **_refusals(*OF_GUARDS, *refusals),
        },
    }


def _refusals(*codes: str) -> dict[str, Any]:
    return {code: {"description": REFUSALS[code], "content": _refusal(code)} for code in codes}


def _refusal(code: str) -> dict[str, Any]:
    if code in OF_GUARDS:
        return {PLAIN: {}}
    if code == "415":  # from a guard, or from the address itself
        return {PLAIN: {}, **_json(ERRORS)}
    return _json({} if code == "503" else ERRORS)


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {JSON: {"schema": schema}}


def page(described: dict[str, Any]) -> str:
    """The document as a page, which loads nothing from elsewhere."""
    calls = [
        {
            "title": f"{method.upper()} {path}",
            "summary": about["summary"],
            "examples": [_pretty(it["value"]) for it in _examples(about)],
        }
        for path, methods in described["paths"].items()
        for method, about in methods.items()
    ]
    return render(__package__ or "", "docs.html.j2", calls=calls)


def _examples(about: dict[str, Any]) -> list[dict[str, Any]]:
    content = about.get("requestBody", {}).get("content", {})
    return list(content.get(JSON, {}).get("examples", {}).values())


def _pretty(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
