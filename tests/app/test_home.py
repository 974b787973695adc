"""What a data directory keeps to itself: made once, for its owner alone, and never used half."""

from pathlib import Path

import pytest

from app.home import Home
from gateway.keys import Keys
from telemetry.errors import ConfigError

NAMES = ("secret", "keys", "instance")


def open_all(home: Home) -> tuple[bytes, Keys, str]:
    return home.secret(), home.keys(), home.instance()


def test_secrets_are_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    for name in NAMES:  # left over from a crash, and open to everybody
        (tmp_path / f".{name}.tmp").write_text("half")
        (tmp_path / f".{name}.tmp").chmod(0o644)
    first = open_all(Home(tmp_path))
    assert open_all(Home(tmp_path)) == first
    assert open_all(Home(tmp_path / "other")) != first
    assert {name: (tmp_path / name).stat().st_mode & 0o777 for name in NAMES} == dict.fromkeys(NAMES, 0o600)


SEED = Keys.new().issuer
LONG = "a" * 43


@pytest.mark.parametrize(
    "left",
    [
        b"", b"{", b"\xff\xfe", b"[]", b'{"issuer": "x"}',
        f'{{"issuer": "S", "gateway": "{LONG}", "admission": "{LONG}", "system": "{LONG}"}}'.encode(),
        f'{{"issuer": "{SEED[:-2]}", "gateway": "{LONG}", "admission": "{LONG}", "system": "{LONG}"}}'.encode(),
        f'{{"issuer": "{SEED}", "gateway": "", "admission": "{LONG}", "system": "{LONG}"}}'.encode(),
        f'{{"issuer": "{SEED}", "gateway": "{LONG}", "admission": "{LONG}", "system": "{LONG[1:]}?"}}'.encode(),
    ],
)  # fmt: skip
def test_damaged_keys_stop_the_start_and_say_what_helps(tmp_path: Path, left: bytes) -> None:
    home = Home(tmp_path)
    home.keys()
    (tmp_path / "keys").write_bytes(left)
    with pytest.raises(ConfigError, match="keys is damaged: remove it"):
        home.keys()
    (tmp_path / "keys").unlink()
    home.keys()


@pytest.mark.parametrize("left", [b"", b"zz" * 32, b"ab" * 31, b"\xff", b"ab" * 33])
def test_what_is_left_of_a_secret_is_not_taken_for_one(tmp_path: Path, left: bytes) -> None:
    home = Home(tmp_path)
    home.secret()
    (tmp_path / "secret").write_bytes(left)
    with pytest.raises(ConfigError, match="secret is damaged: put it back"):
        home.secret()
    assert (tmp_path / "secret").read_bytes() == left, "a new one would make every label worthless"


def test_a_new_directory_is_for_its_owner_alone_and_the_mode_of_an_old_one_stays(tmp_path: Path) -> None:
    """Customers' names and the hashes of passwords stand in its files."""
    given = tmp_path / "given"
    given.mkdir()
    given.chmod(0o750)
    modes = [Home(path).root.stat().st_mode & 0o777 for path in (tmp_path / "new", given)]
    assert modes == [0o700, 0o750]
