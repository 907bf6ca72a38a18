"""The desk `/`, and the pages one step below it: a cell, an item, a municipality, the sources."""
