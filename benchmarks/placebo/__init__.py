"""Days that cannot have drifted, real and simulated: how many are called drift."""
