"""Self-assessment in the manner of GB/T 27922, computed from what the records say."""
