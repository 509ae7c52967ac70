"""Which models a process loads, and what becomes of those that cannot be loaded."""
