"""One file a stage of the graph: builds that stage's asset and checks."""
