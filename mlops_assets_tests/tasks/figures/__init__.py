"""Tests of the figures of tasks."""
