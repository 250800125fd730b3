"""Training: token shards, the order of the data, what learns, the loop and its checkpoints."""
