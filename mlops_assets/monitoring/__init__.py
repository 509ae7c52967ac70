"""Monitor live days: data checks, drift and performance of the version in production."""
