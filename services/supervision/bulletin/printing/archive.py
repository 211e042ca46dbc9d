"""Office files are ZIP archives: packed again with one fixed date, equal content is equal bytes."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Date = tuple[int, int, int, int, int, int]


def fixed(content: bytes, at: Date) -> bytes:
    """The same entries in the same order, every one dated `at`."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as given, ZipFile(out, "w") as packed:
        for name in given.namelist():
            entry = ZipInfo(name, at)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
            packed.writestr(entry, given.read(name))
    return out.getvalue()
