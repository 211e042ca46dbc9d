"""Builds the fonts of this folder from Debian's fonts-noto-cjk (licence: see OFL.txt).

Run `python -m services.supervision.bulletin.printing.fonts.build` with the package installed.
Body text gets the whole CJK Unified block (U+4E00 to U+9FFF), bold and sans get GB 2312.
`coverage.txt` says which characters the body font has; printing marks what is missing.
"""

from pathlib import Path
from typing import Any

from fontTools import subset

HERE = Path(__file__).parent
SOURCE = Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED = 2
"""The place of the SC face in the collections: JP, KR, SC, TC, HK."""

SIGNS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *range(0x2010, 0x2040),
    *range(0x2160, 0x2180),
    *range(0x2190, 0x219A),
    *range(0x2460, 0x2474),
    *range(0x3000, 0x3020),
    *range(0xFF00, 0xFFF0),
    0x2103,
    0x2116,
    0x221A,
    0x2264,
    0x2265,
    0x2260,
    0x2212,
    0x33A1,
    0x33A5,
    0x25A0,
    0x25A1,
    0x25CB,
    0x25CF,
    0x25B2,
    0x25B3,
    0x25BC,
    0x25BD,
    0x203B,
    0x3231,
]
UNIFIED = range(0x4E00, 0xA000)


def gb2312() -> set[int]:
    """The characters of GB 2312."""
    found = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes((high, low)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return found


def build(source: str, target: str, characters: set[int]) -> set[int]:
    """Write one subset; returns the characters that it really has."""
    tool: Any = subset
    options = tool.Options(
        font_number=SIMPLIFIED,
        hinting=False,
        desubroutinize=False,
        layout_features=["kern"],
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        name_languages=[0x409],
        notdef_outline=True,
        recalc_timestamp=False,
        drop_tables=["BASE", "VORG", "vhea", "vmtx", "DSIG", "GPOS", "GSUB"],
    )
    font = tool.load_font(str(SOURCE / source), options)
    subsetter = tool.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    tool.save_font(font, str(HERE / target), options)
    return set(font.getBestCmap())


def ranges(characters: set[int]) -> str:
    """Code points as lines of `first-last` in hex."""
    lines: list[list[int]] = []
    for code in sorted(characters):
        if lines and lines[-1][1] == code - 1:
            lines[-1][1] = code
        else:
            lines.append([code, code])
    return "".join(f"{first:04X}-{last:04X}\n" for first, last in lines)


def main() -> None:
    """Build all fonts and note the coverage of the body font."""
    signs = set(SIGNS)
    everything = build("NotoSerifCJK-Regular.ttc", "serif-regular.otf", {*signs, *UNIFIED})
    build("NotoSerifCJK-Bold.ttc", "serif-bold.otf", signs | gb2312())
    build("NotoSansCJK-Regular.ttc", "sans-regular.otf", signs | gb2312())
    (HERE / "coverage.txt").write_text(ranges(everything), encoding="ascii")


if __name__ == "__main__":
    main()
