"""The goal on the labelled files that lie beside the project; skipped, with the reason, where they do not."""

import pytest

from tests.anomaly.corpus import absent, read
from tests.anomaly.forms import FORMS, Form
from tests.anomaly.nab import judged

GOALS = {"full": 60.0, "light": 55.0}


@pytest.mark.long
@pytest.mark.skipif(bool(absent()), reason=absent() or "they are here")
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_one_configuration_for_all_files_reaches_the_goal(form: Form) -> None:
    assert judged(form, read())["standard"] >= GOALS[form.name]
