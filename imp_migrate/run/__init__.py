"""Whole runs: settings, which files, reading and writing, processes, results."""
