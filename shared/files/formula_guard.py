"""Text in files that spreadsheets open: none of it may be taken for a formula."""

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(text: str) -> str:
    """The text, marked with ' when it begins like a formula; negative figures stay figures."""
    figure = text[1:].replace(".", "", 1).isdigit()
    return f"'{text}" if text.startswith(_STARTS) and not figure else text
