"""The data sources, each in a file of this folder."""
