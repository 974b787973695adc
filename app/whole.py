"""A file that appears when it is whole: who finds it finds all of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from telemetry.errors import Invalid


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """Where to write what becomes `out` at the end; nothing is left of what fails. Raises Invalid `out`."""
    part = out.with_name(out.name + ".part")
    try:
        yield part
        part.replace(out)
    except OSError as error:
        raise Invalid({"out": f"cannot write {out}: {error.strerror or error}"}) from error
    finally:
        part.unlink(missing_ok=True)
