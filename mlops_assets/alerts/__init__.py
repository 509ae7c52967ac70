"""Messages to people when a model needs one."""
