"""The back-test bench: dated cases through the same admission and the same fold as live, under any rule file.

Start with streams/backtest/reading.py.
"""
