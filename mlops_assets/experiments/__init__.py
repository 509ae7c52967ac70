"""Experiments between two versions that serve: assignment, outcomes, statistics, verdict."""
