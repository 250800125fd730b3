"""First values of the rows of new tokens: the methods, and what some of them need prepared."""
