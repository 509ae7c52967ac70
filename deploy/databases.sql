-- One database each, so that each can be backed up, moved and restored on its own.
CREATE DATABASE mlflow;
CREATE DATABASE dagster;
CREATE DATABASE ledger;
CREATE DATABASE warehouse;
