"""The chart of start rates as SVG, drawn by Vega-Lite with the fonts of this folder."""

import re
from functools import cache
from json import dumps
from pathlib import Path
from typing import Any

import vl_convert

from services.supervision.bulletin.document import Document

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Noto Sans CJK SC"
RED, GREY = "#b3121d", "#5b6570"
DESCRIPTION = "图1 各单位棚户区改造开工率（%），按名次排列"


@cache
def _fonts() -> None:
    vl_convert.register_font_directory(str(FONTS))


def specification(document: Document) -> dict[str, Any]:
    """The Vega-Lite specification. Labels are the document's own strings; lengths follow them."""
    rows = [{"unit": unit, "rate": rate} for unit, rate in document.start_rates]
    order = [row["unit"] for row in rows]
    label = {"field": "unit", "type": "nominal", "sort": order, "title": None}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": DESCRIPTION,
        "width": 430,
        "height": {"step": 13},
        "padding": {"left": 28, "right": 28, "top": 4, "bottom": 4},
        "data": {"values": rows},
        "transform": [{"calculate": "toNumber(datum.rate)", "as": "length"}],
        "encoding": {
            "y": {**label, "axis": {"ticks": False, "domain": False, "labelPadding": 6}},
            "x": {
                "field": "length",
                "type": "quantitative",
                "scale": {"domainMin": 0, "nice": True},
                "axis": {"title": "开工率（%）", "grid": True, "tickCount": 6},
            },
        },
        "layer": [
            {"mark": {"type": "bar", "height": 8, "color": RED}},
            {
                "mark": {"type": "text", "align": "left", "dx": 3, "color": GREY, "fontSize": 9},
                "encoding": {"text": {"field": "rate", "type": "nominal"}},
            },
        ],
        "config": {
            "font": FAMILY,
            "background": None,
            "view": {"stroke": None},
            "axis": {"labelFontSize": 9, "titleFontSize": 9, "gridColor": "#e4e7ea"},
        },
    }


def start_rates(document: Document) -> str:
    """The chart as SVG text; the same document gives the same text."""
    _fonts()
    drawn: str = vl_convert.vegalite_to_svg(dumps(specification(document), ensure_ascii=False))
    return drawn


def inline(svg: str) -> str:
    """The chart for an HTML page: no namespaces, width set by the page, read as one picture."""
    svg = re.sub(r'\s(xmlns(:\w+)?|version)="[^"]*"', "", svg)
    svg = re.sub(
        r'<svg[^>]*viewBox="([^"]*)"[^>]*>', r'<svg viewBox="\1" role="img">', svg, count=1
    )
    return svg.replace('role="img">', f'role="img" aria-label="{DESCRIPTION}">', 1)
