"""Command line, settings, composition root, demo."""
