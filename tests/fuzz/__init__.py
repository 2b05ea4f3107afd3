"""Inputs that nobody wrote: mutated programs, other layouts, broken texts (`python -m tests.fuzz`)."""
