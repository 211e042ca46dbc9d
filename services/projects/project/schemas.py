"""What is shown of a building."""

from datetime import date

from shared.domain.fields import Output


class BuildingOut(Output):
    """One building."""

    name: str
    kind: str
    kind_label: str
    built_year: int | None
    appraisal_level: str | None
    appraisal_agency: str | None
    appraised_on: date | None
