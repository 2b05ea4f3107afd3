"""From fixes to text: imports, names, helpers, edits, the checks of the result."""
