"""Alerts: messages to people when a model needs attention."""
