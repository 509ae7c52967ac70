"""Machines with names, processes and files of their own, and the same databases and S3."""
