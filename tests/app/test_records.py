"""Which records an installation opens, and that it opens no other's."""

from pathlib import Path

import pytest

from app.home import Home
from app.records import open_store
from app.settings import Settings, load
from service.records import postgresql
from service.records.base import Put
from telemetry.errors import ConfigError, OwnedError
from tests.postgres import Postgres


def on(url: str, folder: Path) -> tuple[Settings, Home]:
    return load({"data": folder, "records": "postgresql", "records_url": url}, None, {}), Home(folder)


def test_a_store_belongs_to_one_installation(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "_SESSION", postgresql._SESSION.replace("'5s'", "'200ms'"))
    url = postgres.make("installation")
    store = open_store(*on(url, tmp_path / "one"))
    store.commit(1, [Put("sites", {"id": "S1"})])
    with pytest.raises(OwnedError):
        open_store(*on(url, tmp_path / "two"))
    store.close()
    with pytest.raises(ConfigError, match="belongs to installation"):
        open_store(*on(url, tmp_path / "two"))
    again = open_store(*on(url, tmp_path / "one"))
    assert again.count("sites") == 1
    again.close()


@pytest.mark.parametrize(
    "given", [{"records": "postgresql"}, {"records_url": "postgresql://h/d"}, {"records": "sqlite", "records_url": "x"}]
)
def test_an_address_and_its_kind_go_together(given: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="records_url"):
        load(given, None, {})
