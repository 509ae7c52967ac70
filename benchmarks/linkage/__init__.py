"""golden_record: how right it is, and what it costs beside bare Splink and at a million rows."""
