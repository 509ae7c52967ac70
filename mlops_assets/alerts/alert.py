"""An alert, formatted as a Slack message and as an e-mail."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

SLACK_HEADER, SLACK_TEXT = 150, 3000
"""Characters that Slack allows in a header block and in a section block; more is refused."""


class Alert(BaseModel):
    """One event of one model, written for a reader who has not looked at it for weeks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    kind: str = Field(description="What happened, in one word, such as `escalated`.")
    text: str = Field(description="What was seen and what to do, in a few sentences.")
    link: str = Field("", description="Where to look: URL of a page in the Dagster UI.")
    day: date = Field(description="The day of data that the alert is about.")

    @property
    def headline(self) -> str:
        """One line: `heart_disease: no new labels on 2026-01-05`."""
        return _one_line(f"{self.model}: {self.kind.replace('_', ' ')} on {self.day}")


class Email(NamedTuple):
    """Subject and body in plain text; the sender adds addresses."""

    subject: str
    body: str


def slack_message(alert: Alert) -> dict[str, Any]:
    """The JSON payload for a Slack-compatible webhook.

    `text` is shown in notifications, and by services that do not support blocks.
    """
    parts = [alert.headline, alert.text, alert.link]
    link = f"<{_escaped(alert.link)}|Open in Dagster>" if alert.link else ""
    sections = [_clipped(_escaped(alert.text), SLACK_TEXT), link]
    header = {"type": "plain_text", "text": _clipped(alert.headline, SLACK_HEADER)}
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": it}} for it in sections if it]
    return {
        "text": _escaped("\n".join(part for part in parts if part)),
        "blocks": [{"type": "header", "text": header}, *blocks],
    }


def email(alert: Alert) -> Email:
    """The alert as an e-mail. The subject has no line break, so it cannot inject headers."""
    parts = [alert.text, alert.link]
    body = "\n\n".join(part for part in parts if part)
    return Email(subject=f"[mlops-assets] {alert.headline}", body=f"{body}\n")


def _escaped(text: str) -> str:
    """Escape Slack's three control characters, so that no text becomes a mention."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clipped(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _one_line(text: str) -> str:
    return " ".join(text.split())
