"""This state of the project against an earlier one."""
