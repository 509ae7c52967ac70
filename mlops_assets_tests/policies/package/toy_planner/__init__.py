"""A package of somebody's: a small model of text, trained over epochs like a large one."""
