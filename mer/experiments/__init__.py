"""One question a file: its computation with its figures."""
