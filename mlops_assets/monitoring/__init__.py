"""Live days compared with the reference of the version in production."""
