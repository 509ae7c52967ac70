"""Simulated résumés: people, what they can, and how they write it down."""
