"""Numbers of the screening. The notice says 房龄不长 without a number; the province sets it."""

from datetime import date

from shared.law.citing import DatedValue, ValueStep

YOUNG_BUILDING_YEARS = DatedValue(ValueStep(date(2021, 3, 23), 30, "S4.X6"))
"""A building with fewer years than this is 房龄不长."""
