"""The words of the newsroom: pure values and the two functions over them, decide and apply.

Standard library and msgspec only; no I/O, no clock, no randomness: time and ids come in as arguments.
"""
