"""Which characters the shipped body font has; PDF prints 〓 for the others and lists them."""

from functools import cache

from services.supervision.bulletin.document import Document
from services.supervision.bulletin.printing.charts import FONTS

GETA = "〓"


@cache
def covered() -> frozenset[int]:
    """Code points of the body font, from the list that the font build wrote."""
    found: set[int] = set()
    for line in (FONTS / "coverage.txt").read_text(encoding="ascii").split():
        first, last = line.split("-")
        found.update(range(int(first, 16), int(last, 16) + 1))
    return frozenset(found)


def missing(text: str) -> list[str]:
    """The characters of `text` that cannot be printed, in order, each once."""
    return list(dict.fromkeys(c for c in text if c.isprintable() and ord(c) not in covered()))


def printable(document: Document) -> Document:
    """The document with 〓 for characters that the font lacks, and a note that names them."""
    text = document.model_dump_json()
    absent = missing(text)
    if not absent:
        return document
    for character in absent:
        text = text.replace(character, GETA)
    codes = "、".join(f"U+{ord(character):04X}" for character in absent)
    note = f"{GETA}处为字库未收录的字，编码依次为：{codes}。"
    whole = Document.model_validate_json(text)
    return whole.model_copy(update={"method": (*whole.method, note)})
