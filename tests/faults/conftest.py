"""One stack for all tests of faults; each test finds it whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.running import Faulty, faulty_stack


@pytest.fixture(scope="session")
def _faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faulty]:
    with faulty_stack(tmp_path_factory.mktemp("faults")) as running:
        yield running


@pytest.fixture
def faulty(_faulty: Faulty) -> Iterator[Faulty]:
    _faulty.mend()
    yield _faulty
    for wire in _faulty.wires:
        wire.set()
