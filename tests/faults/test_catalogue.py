"""The catalogue page is what the product's tables say, in both languages."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from faults.catalogue import PAGES, pages
from faults.codes import CODES
from faults.kinds import KINDS
from faults.meanings import MEANINGS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_the_committed_page_is_what_the_command_makes(name: str) -> None:
    """`./vendwatch faults catalogue --write docs/` brings it up to date."""
    assert (DOCS / name).read_text("utf-8") == pages()[name]


@pytest.mark.parametrize("name", PAGES)
def test_every_kind_and_every_code_stands_on_it(name: str) -> None:
    page = pages()[name]
    for kind in KINDS:
        assert f"\n## {kind}\n" in page
    for code in CODES:
        assert f"| {code.scheme} | `{code.code}` |" in page


def test_every_kind_has_a_meaning_and_no_other_has() -> None:
    assert set(KINDS) <= set(MEANINGS)


def test_the_command_writes_the_pages(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["faults", "catalogue", "--write", str(tmp_path)])
    assert done.exit_code == 0
    assert {file.name: file.read_text("utf-8") for file in tmp_path.iterdir()} == pages()


def test_a_folder_that_is_not_there_is_an_error_of_the_settings(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["faults", "catalogue", "--write", str(tmp_path / "no")])
    assert done.exit_code != 0
