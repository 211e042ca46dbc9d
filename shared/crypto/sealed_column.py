"""A sealed column: personal data that the database holds only encrypted."""

from dataclasses import dataclass
from uuid import UUID

from shared.crypto import keyring

COLUMNS: list["SealedColumn"] = []
"""Every sealed column, as the services' models are imported."""


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """One column, named "service|table|column": a value is bound to it and to its row."""

    name: str

    def __post_init__(self) -> None:
        COLUMNS.append(self)

    def seal(self, row_id: UUID, text: str) -> bytes:
        """Encrypt the value of one row."""
        return keyring.seal(keyring.installed(), text, f"{self.name}|{row_id}")

    def open(self, row_id: UUID, blob: bytes) -> str:
        """Decrypt the value of one row. Raises `UnsealError` when it was moved or changed."""
        return keyring.open_(keyring.installed(), blob, f"{self.name}|{row_id}")

    def index(self, text: str) -> bytes:
        """The 32-byte blind index by which equal values of this column are found."""
        return keyring.blind_index(keyring.installed(), self.name, text)
