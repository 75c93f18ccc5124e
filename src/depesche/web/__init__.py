"""The edges: HTTP in, commands and views below. Each module gives its `routes(house)`; app.py puts them together.

Never: SQL, a decision about a story, or a text that reaches HTML other than through render/.
"""
