"""Data sources, data checks, profiles and labels."""
