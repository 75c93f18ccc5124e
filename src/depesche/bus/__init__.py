"""The doorbell: tells every process that a story has changed. The journal is the truth; a bus only rings."""
