"""What the office is told about its file."""

from uuid import UUID

from pydantic import Field

from shared.domain.fields import Output
from shared.files.imports.columns import RowError


class ImportReport(Output):
    """The outcome of one file. `repeated`: the same file was taken before, nothing was done."""

    import_id: UUID
    kind: str = Field(description="导入种类")
    file_name: str = Field(description="文件名")
    digest: str = Field(description="文件 SHA-256 摘要")
    repeated: bool = Field(description="同一文件此前已导入，本次未重复处理")
    total_rows: int = Field(description="数据行数")
    accepted_rows: int = Field(description="已采纳行数")
    rejected: list[RowError] = Field(description="未采纳的行及原因")
    applied: bool = Field(description="是否已写入")
