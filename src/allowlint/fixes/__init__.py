"""One module per platform that can write the missing rules in its own syntax; none yet."""
