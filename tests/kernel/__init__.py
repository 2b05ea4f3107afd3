"""Notebooks in real kernels, before and after; `python -m tests.kernel`."""
