"""Notices: texts in both languages, channels to people, and the outbox that owes every message until delivered."""
