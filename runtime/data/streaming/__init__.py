"""Tables larger than memory: a first reading learns what there is, and every epoch reads the rows again in chunks."""
