"""One product for all tests that only talk to it; tests that kill or restart make their own."""

from collections.abc import Iterator

import pytest

from tests.live.outside import Product, product


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """`run` on an empty directory, open enrolment; every test uses cabinets of its own."""
    with product(tmp_path_factory.mktemp("shared")) as made:
        yield made
