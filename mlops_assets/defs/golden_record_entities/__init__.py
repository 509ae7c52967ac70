"""The golden records of the model golden_record, as assets of their own."""
