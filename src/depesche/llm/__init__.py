"""A second opinion: statements by a language model behind an OpenAI-compatible endpoint (extra "llm", off by default).

text -> question -> endpoint -> answer -> what of it really stands in the text -> Reading. Never: a span or a figure
that isn't in the text, an exception, or a wait without an end: whatever goes wrong, the built-in reader reads.
"""
