"""Personal data: what is kept of whom and why, who sees it, how long, and the log of who looked (S1 4.3, 4.4, 8.5)."""
