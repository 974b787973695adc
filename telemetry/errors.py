"""The error tree of the product.

VendwatchError
├── ConfigError      a setting is unknown or wrong: the start stops, exit code 2
├── Unavailable      a broker, store or channel is away: nothing is acknowledged, the work is retried
│   └── OwnedError   another process owns the data directory or the database: a start ends with exit code 3
├── Conflict         the move is illegal now: carries the guard and what is missing (HTTP 409)
├── NotFound         no such object (HTTP 404)
├── Denied           the actor may not do this (HTTP 403)
└── Invalid          the input is malformed: carries one message per field (HTTP 422)

Bad telemetry is not an exception: it is a value (`wire.Reject`) that is counted and kept.
"""

from collections.abc import Mapping, Sequence


class VendwatchError(Exception):
    """Base of every error of ours."""


class ConfigError(VendwatchError):
    """A setting is unknown or wrong; `path` names the key."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


class Unavailable(VendwatchError):
    """Something we depend on is away; try again after `retry_after` seconds."""

    def __init__(self, message: str, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class OwnedError(Unavailable):
    """Another process owns what only one may write, and is named."""


class Conflict(VendwatchError):
    """An illegal move: `guard` names the rule that refused, `missing` what would satisfy it."""

    def __init__(self, guard: str, missing: Sequence[str] = ()) -> None:
        super().__init__(guard)
        self.guard = guard
        self.missing = list(missing)


class NotFound(VendwatchError):
    """No such object."""


class Denied(VendwatchError):
    """The actor may not do this."""


class Invalid(VendwatchError):
    """Malformed input: `fields` maps a field's path to what is wrong with it."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{k}: {v}" for k, v in fields.items()))
        self.fields = dict(fields)
