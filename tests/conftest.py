"""What all tests share: the folder of real files, and the repository's root."""

from collections.abc import Callable
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--data", default="", help="folder of real files for the tests marked `real`")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The file that takes longest first: other processes run the short ones beside it."""
    items.sort(key=lambda item: item.path.name != "test_pipeline.py")


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real_data(request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """Resolves a name below --data; a missing folder or file fails the test, nothing is skipped in silence."""
    folder = request.config.getoption("--data")

    def resolve(name: str) -> Path:
        if not folder:
            pytest.fail("tests marked `real` need files: make test-real DATA=folder")
        file = Path(folder) / name
        if not file.exists():
            pytest.fail(f"{file} is missing; the tests on real files need it")
        return file

    return resolve
