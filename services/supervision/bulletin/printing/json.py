"""The bulletin for machines: the source object itself."""

from json import dumps

from services.supervision.bulletin.document import Document


def json(document: Document) -> bytes:
    """UTF-8, two-space indent, fields in the order of the contract."""
    text = dumps(document.model_dump(mode="json"), ensure_ascii=False, indent=2, allow_nan=False)
    return text.encode() + b"\n"
