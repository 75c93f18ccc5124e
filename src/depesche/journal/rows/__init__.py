"""The rows of the views: what an entry makes of them. project.py leads each entry here; views/ reads them.

In: a connection in a transaction, an entry. Out: rows. Never: words, or a row that erasing its entry doesn't reach.
"""
