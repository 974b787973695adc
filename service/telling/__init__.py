"""What customers are told by themselves: which messages there are, who of them wants none, what came of a case."""
