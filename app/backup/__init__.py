"""Backup and restore: everything an installation needs in one place that is whole, and from there into a directory."""
