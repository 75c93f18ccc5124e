"""The demonstration: a story about late April 2025 that a newcomer finds running, written for Depesche.

In: kursk.toml and its journal, live.toml, copy/. Out: an imported story, copy on the desk, a dispatch every few
seconds. Never: news. What is played live looks back and explains, because nobody knows on which day it will be played.
"""
