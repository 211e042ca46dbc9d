"""One expropriation office for each test."""

import pytest

from tests.conftest import OpenOffice
from tests.expropriation.acts import Acts


@pytest.fixture
async def acts(open_office: OpenOffice) -> Acts:
    """An office with its clerk and its cashier; it is 1 April 2021."""
    return Acts.at(await open_office("expropriation"))
