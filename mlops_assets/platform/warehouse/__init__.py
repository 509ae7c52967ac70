"""The warehouse: a database that sources read from and some assets write to."""
