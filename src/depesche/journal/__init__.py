"""The journal: the append-only record of everything that happened, and its views. The only place with SQL.

In: changes that were decided. Out: entries, and views of them. Never: a view that knows what no entry says, or an
entry that is changed afterwards.
"""
