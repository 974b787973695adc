"""What is put into the product's process from outside: fsync errors and another wall clock (LD_PRELOAD)."""

import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("io_error.c")
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


class Injector:
    """`errors`: the library that fails an fsync, or None; `clock`: whether the wall clock can be faked."""

    def __init__(self, folder: Path) -> None:
        self.errors: Path | None = None
        self.clock = FAKETIME.exists()
        gcc = shutil.which("gcc")
        if gcc:
            self.errors = folder / "io_error.so"
            subprocess.run([gcc, "-shared", "-fPIC", "-O1", "-o", str(self.errors), str(SOURCE), "-ldl"], check=True)

    def environment(self, folder: Path, *, fake_clock: bool) -> dict[str, str]:
        """For the product's next start."""
        libraries = [str(self.errors)] if self.errors else []
        made = {"CHAOS_EIO": str(folder / "eio")}
        if fake_clock:
            libraries.append(str(FAKETIME))
            made |= {
                "FAKETIME_TIMESTAMP_FILE": str(folder / "faketime"), "FAKETIME_CACHE_DURATION": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1",
            }  # fmt: skip
        return made | ({"LD_PRELOAD": ":".join(libraries)} if libraries else {})
