"""Answers to open questions, and verdicts of a judging model on pairs of them."""
