"""Tests of the kind `sklearn`."""
