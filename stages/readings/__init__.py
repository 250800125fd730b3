"""One text read in two ways, in new tokens and in the base's pieces: what the two readings cost and lead to."""
