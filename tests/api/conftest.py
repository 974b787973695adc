from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.api.fake import FakeBackend, Product


@pytest.fixture
def product(tmp_path: Path) -> Product:
    return Product(tmp_path)


@pytest.fixture
def backend(product: Product) -> FakeBackend:
    return product.backend


@pytest.fixture
def admin(product: Product) -> TestClient:
    return product.as_role("administrator")
