"""All HTML and all public JSON: what the journal's views say becomes what readers, the stream and the desk show.

In: views and texts. Out: markup, bytes and JSON objects. Never: a write, or a word of a text that readers may not see.
"""
