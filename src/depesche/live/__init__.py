"""Live delivery: from the bell to every reader. Reads the journal's public views; never writes, never sees a draft."""
