"""Food safety: which rule a cabinet keeps, how long it has evidently been broken, and the lock that follows. Pure."""
