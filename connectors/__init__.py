"""How it comes in: one folder per source, each with the same file names."""
