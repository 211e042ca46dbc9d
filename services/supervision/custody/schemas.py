"""What the custody routes answer."""

from datetime import date

from pydantic import Field

from shared.domain.fields import Output


class CheckpointOut(Output):
    """One held checkpoint: what the service signed, and how it fits to the one before."""

    service: str = Field(description="服务")
    told: int = Field(description="在该服务的事件序号")
    log: str = Field(description="`outbox` 事件日志、`audit_log` 审计日志")
    region: str = Field(description="区划，恒为省级")
    position: int = Field(description="末位")
    chain: str = Field(description="末位的链值（SHA-256）")
    at: str = Field(description="签发时刻")
    signature: str = Field(description="签发服务的签名")
    since_position: int = Field(description="上一个检查点的位置")
    since_chain: str = Field(description="签发时该位置的链值；记录已不在则为空")
    received_on: date = Field(description="收到日期")
    contradiction: str = Field(
        description="与前一个检查点的矛盾：`rewritten` 改写过、`denied` 不认前一个、"
        "`shortened` 变短；空为没有"
    )
