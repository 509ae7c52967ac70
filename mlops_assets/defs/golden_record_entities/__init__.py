"""Assets that maintain the golden records of the model golden_record."""
