"""Policy versions, and the variants of experiments that name them, in the warehouse."""
