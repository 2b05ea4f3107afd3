"""Bytes and text: reading, positions, what mentions `imp`, what `noqa` silences."""
