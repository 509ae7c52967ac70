"""Tests of the packs of an evaluation."""
