"""This state of the project compared with an earlier one."""
