"""Figures of an evaluation that do not depend on the task."""
