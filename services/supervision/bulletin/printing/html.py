"""The bulletin as one self-contained page: styles, chart and schematic inside, nothing fetched."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from services.supervision.bulletin.document import Document
from services.supervision.bulletin.printing.charts import DESCRIPTION, inline, start_rates
from services.supervision.bulletin.printing.layout import TILES_NOTE, arrange, header


@cache
def _template() -> Template:
    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return found.get_template("bulletin.html")


def html(document: Document) -> bytes:
    """UTF-8; readable without scripts, in print and by screen readers."""
    chart = Markup(inline(start_rates(document))) if document.start_rates else ""  # noqa: S704 - our own drawing
    text = _template().render(
        d=document,
        layout=arrange(document),
        header=header,
        chart=chart,
        chart_title=DESCRIPTION,
        tiles_note=TILES_NOTE,
    )
    return text.encode()
