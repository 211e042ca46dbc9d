"""What the library route takes."""

from typing import Annotated

from pydantic import Field

from shared.domain.fields import Input, Item


class LibraryEntries(Input):
    """一批入库项目。"""

    renovation_year: Annotated[
        int, Field(ge=1900, le=2199, description="改造年度（2021 至 2025）", examples=[2021])
    ]
    items: Annotated[list[Item], Field(min_length=1, max_length=1000)]
