"""The overview: its figures, pictures and pages."""
