"""Scoring of language models: likelihood of answers, bits per byte, statistics, generation."""
