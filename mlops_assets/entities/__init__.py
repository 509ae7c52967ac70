"""The people behind the records: ids that stay, golden values, and what a person has to decide."""
