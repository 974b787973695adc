"""Registers: who serves, what they may do, when they are on duty, and the documents that give evidence."""
