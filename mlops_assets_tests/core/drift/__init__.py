"""Tests of the reference profile and the daily verdict."""
