"""Many texts at a time: files, folders, JSON lines -> who said what, on all cores, in order, resumable.

documents -> pool of processes (work) -> one output a document. Never: a document that ends the run of the others, or
memory that grows with their number.
"""
