"""The wire reader: text -> Reading. Pure, offline, deterministic; it never invents a span."""
