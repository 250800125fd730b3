"""Models: the Hugging Face folder between stages, and LitGPT's layout in memory."""
