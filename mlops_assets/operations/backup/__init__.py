"""Back up all state consistently while runs are in progress, and restore it.

What makes a backup consistent, in the order in which it is taken (`taking.py`):

1. The lake's pointers (`newest.json`), the only files that ever change.
2. A snapshot of all databases at one moment. For some milliseconds nobody can write: a write lock
   on each SQLite file, a SHARE lock on each PostgreSQL table of Dagster, MLflow and the ledger.
   Under these locks a read snapshot of each database begins; then writes continue, and the
   snapshots are copied: SQLite's by its own backup, PostgreSQL's by `pg_dump`.
3. Dagster's event log of each run, if Dagster is in SQLite. They are newer than the index in the
   snapshot, as after a crash between Dagster's two writes; in the other order an event would be
   missing.
4. Files. What a row refers to was written before the row (the lake before its event, a model's
   files before its version) and never changes afterwards, so it exists when files come last.
   Files newer than the snapshot are copied too, but no row refers to them. For a pointer that
   moved after the snapshot, the copy of step 1 is kept.

What is in an object store is copied too. Its clock is another, so its pointers are read once, as
soon as the snapshots have begun, and its other files come last.

A restore to an object store needs an empty place, and removes what it put there if it fails. It
runs the scripts of `pg_restore` in its own transactions, which end together with the renaming of
the home.

The manifest is written last; a folder without it is an unfinished backup. Runs in progress are
included as they were; `restore` marks them as failed, because nothing executes them any more.
"""

from mlops_assets.operations.backup.restoring import restore_backup
from mlops_assets.operations.backup.taking import take_backup

__all__ = ["restore_backup", "take_backup"]
