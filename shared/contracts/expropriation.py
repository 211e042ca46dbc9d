"""Events of the expropriation service: programmes and compensation contracts."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.base import Event, Fen, LogCheckpointed

_ID = "0190a1b2-0000-7000-8000-000000000004"


class ProgrammeOpened(Event):
    """An expropriation programme was opened for a planned project."""

    service: ClassVar[str] = "expropriation"
    fact: ClassVar[str] = "programme-opened"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-05",
        "programme_id": _ID,
        "project_id": _ID,
        "households": 120,
    }
    programme_id: UUID
    project_id: UUID
    on: date
    households: int


class ProgrammeSigningOpened(Event):
    """The signing period of a programme was fixed and has begun."""

    service: ClassVar[str] = "expropriation"
    fact: ClassVar[str] = "programme-signing-opened"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-06",
        "programme_id": _ID,
        "project_id": _ID,
        "starts_on": "2021-04-07",
        "ends_on": "2021-06-05",
    }
    programme_id: UUID
    project_id: UUID
    on: date
    starts_on: date
    ends_on: date


class ProgrammeSigningClosed(Event):
    """The signing period ended. `unsigned` properties await the government's decision."""

    service: ClassVar[str] = "expropriation"
    fact: ClassVar[str] = "programme-signing-closed"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-06-08",
        "programme_id": _ID,
        "project_id": _ID,
        "signed": 116,
        "unsigned": 4,
    }
    programme_id: UUID
    project_id: UUID
    on: date
    signed: int
    unsigned: int


class _ContractEvent(Event):
    service: ClassVar[str] = "expropriation"
    contract_id: UUID
    programme_id: UUID
    project_id: UUID
    on: date


class ContractDrafted(_ContractEvent):
    """A household's property was registered and its compensation calculated."""

    fact: ClassVar[str] = "contract-drafted"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-06",
        "contract_id": _ID,
        "programme_id": _ID,
        "project_id": _ID,
        "compensation_fen": 42000000,
    }
    compensation_fen: Fen


class ContractSigned(_ContractEvent):
    """Both sides signed online. `signing_no` is the server's order within the programme."""

    fact: ClassVar[str] = "contract-signed"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-08",
        "contract_id": _ID,
        "programme_id": _ID,
        "project_id": _ID,
        "signing_no": 1,
        "mode": "money",
        "compensation_fen": 42000000,
        "reward_fen": 3000000,
    }
    signing_no: int
    mode: Literal["money", "exchange"]
    compensation_fen: Fen
    reward_fen: Fen


class ContractPaid(_ContractEvent):
    """The compensation of a contract was paid (先补偿、后搬迁)."""

    fact: ClassVar[str] = "contract-paid"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-15",
        "contract_id": _ID,
        "programme_id": _ID,
        "project_id": _ID,
        "amount_fen": 45000000,
    }
    amount_fen: Fen


class ContractVacated(_ContractEvent):
    """The household moved out. `moving_no` is the server's order within the programme."""

    fact: ClassVar[str] = "contract-vacated"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-20",
        "contract_id": _ID,
        "programme_id": _ID,
        "project_id": _ID,
        "moving_no": 1,
    }
    moving_no: int


class ExpropriationLogCheckpointed(LogCheckpointed):
    """Where one log of this service stood, and what it says now of the checkpoint before.

    An earlier checkpoint that does not agree means that history was altered, or restored.
    """

    service: ClassVar[str] = "expropriation"
