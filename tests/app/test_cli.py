"""What the command line says when it cannot do what it was asked to."""

import pytest

from app.cli import _fail


def test_a_failure_is_one_line_word_for_word_whatever_it_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    message = "data: cannot make /tmp/[x]/[/bold]: " + "long " * 50
    with pytest.raises(SystemExit) as ended:
        _fail(message, 2)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said == f"vendwatch: {message}\n"
