"""What follows a value through the code, for the rules that deal with several uses at once."""
