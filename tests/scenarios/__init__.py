"""Hours of fleet life on a manual clock: the whole fold, with a simulated world and no network."""
