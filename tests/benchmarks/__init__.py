"""Measurements, by hand: ratios taken in one run, never a test with a time limit."""
