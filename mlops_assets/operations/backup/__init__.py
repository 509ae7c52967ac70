"""A consistent copy of all state, taken while runs are going on, and the way back.

What makes the set consistent, in the order in which it is taken (`taking.py`):

1. The lake's pointers (`newest.json`), which are all that moves among the files.
2. One moment of all databases. For some milliseconds no one can write: a write lock on each SQLite
   file, a SHARE lock on each table of Dagster's, MLflow's and the ledger's PostgreSQL. In that
   moment a read snapshot of each begins; then everybody writes on, and the snapshots are copied:
   SQLite's by its own backup, PostgreSQL's exported to `pg_dump`.
3. Dagster's event log of each single run, where Dagster is in SQLite. They are newer than the
   index of the snapshot, as after a kill between Dagster's two writes; the other way round an
   event would be missing.
4. Files. What a row names was written before the row (the lake before its event, a model's files
   before its version) and never changes afterwards, so it is there when files come last. What is
   newer than the snapshot comes along and no row names it. A pointer that moved after the
   snapshot is the one of step 1.

A restore runs the scripts of `pg_restore` in transactions of its own, which end together with the
renaming of the home.

The manifest is written last; a folder without it is an unfinished backup. Runs that were going
on are in the set as they were; `restore` fails them, as nothing executes them any more.
"""

from mlops_assets.operations.backup.restoring import restore_backup
from mlops_assets.operations.backup.taking import take_backup

__all__ = ["restore_backup", "take_backup"]
