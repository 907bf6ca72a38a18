"""Benchmarks: how fast the fold, the chain, a rebuild and a start are on this machine. `./scripts/bench` runs them.

Each row prints one JSON line with its figures, the commit, the machine, the versions and the load. docs/bench.md says
what each figure means. Nothing here is imported by the program.
"""
