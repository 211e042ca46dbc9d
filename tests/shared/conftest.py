"""The desk, for tests that need no more of it."""

import httpx
import pytest

from shared.domain.roles import Role
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.shared.desk.spec import DESK


@pytest.fixture
async def office(open_office: OpenOffice) -> Office:
    """The desk, with nothing in it."""
    return await open_office(DESK)


@pytest.fixture
def street(office: Office) -> httpx.AsyncClient:
    """A street of 220102."""
    return office.client(Role.STREET)
