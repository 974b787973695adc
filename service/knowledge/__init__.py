"""What the service learns and shows: compensations, verdicts on contacts, gaps of knowledge, problems that repeat."""
