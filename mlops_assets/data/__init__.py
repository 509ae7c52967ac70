"""Where rows come from, what they look like, and whether they may be used."""
