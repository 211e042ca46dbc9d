"""Writing many rows in one statement."""

from collections.abc import Sequence

from sqlalchemy.orm.attributes import flag_modified

from services.projects.tables import Base


def write_together(rows: Sequence[Base], *columns: str) -> None:
    """Write these columns of every row, changed or not.

    Rows that change different columns would go to the database in one UPDATE each.
    """
    for row in rows:
        for column in columns:
            flag_modified(row, column)
