"""Arrival and repair, proven: how evidence is merged and corrected, what may be charged, what a repair warrants."""
