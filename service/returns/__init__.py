"""Returns: what may be given back, by which clause, and what proves that it was bought here."""
