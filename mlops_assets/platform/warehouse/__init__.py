"""The warehouse: a database that sources read and some assets fill."""
