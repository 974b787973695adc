"""A score of oddness for any numeric signal: `light` for many signals, `full` for a few. Fixed state, one pass."""
