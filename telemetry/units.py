"""Units of time as integer milliseconds. The core computes with these and never reads a clock."""

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
