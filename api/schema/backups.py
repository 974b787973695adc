"""What the backup routes take and answer. Times are ISO 8601 with offset, real time."""

from msgspec import Struct

from api.schema.answers import Time


class BackupAsked(Struct, forbid_unknown_fields=True):
    """`to`: a new place in this machine's files; only the command line on it may name one."""

    to: str | None = None


class BackupKept(Struct):
    at: Time
    name: str
    bytes: int


class BackupRunning(Struct):
    """`doing`: a file, or a step; `bytes_done` of `bytes_total` of it."""

    to: str
    since: Time
    doing: str
    bytes_done: int
    bytes_total: int


class BackupEnded(Struct):
    to: str
    at: Time
    bytes: int | None
    error: str | None


class BackupState(Struct):
    """`dir` null: none are made by themselves. `overdue`: the newest is older than two periods, or the first failed."""

    dir: str | None
    every_h: float
    keep: int
    newest: BackupKept | None
    overdue: bool
    running: BackupRunning | None
    last: BackupEnded | None
