"""The desk: where editors work, and the only writer of the journal."""
