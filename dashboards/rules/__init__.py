"""The rules in plain words: what each tests, what it measures now, how it did on known events."""
