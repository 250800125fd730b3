"""Which entries of a vocabulary stay, the tokenizer that is left, and what that costs."""
