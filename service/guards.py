"""Which clause a guard carries out: whoever is refused is told why, and may look it up."""

CLAUSES: dict[str, str] = {
    "followed_up": "S1 7.7",
    "food_safety": "S1 7.5.3",
    "result_told": "S4 4.1.1, 4.1.2",
}
"""Guard → clause (`docs/standards.md`); a guard of our own making has none."""
