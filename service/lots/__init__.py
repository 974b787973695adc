"""Lots: how each was checked before it is sold, where it lay, and what keeps an unchecked one from being sold."""
