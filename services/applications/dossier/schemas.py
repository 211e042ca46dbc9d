"""What the routes of whole files take and answer."""

from datetime import date

from pydantic import Field

from services.applications.application.schemas import ApplicationOut, Warning
from services.applications.notice.schemas import NoticeOut
from services.applications.review.schemas import ReviewOut
from shared.domain.fields import Area, Input, Text, Yuan


class WithdrawalIn(Input):
    """Why the household takes its application back."""

    reason: Text = Field(description="撤回原因", examples=["家庭情况变化"])


class ApplicationDetail(ApplicationOut):
    """An application with its whole way so far. Identity is masked."""

    accepted_on: date | None
    id_no: str = Field(description="证件号码（脱敏）")
    phone: str = Field(description="联系电话（脱敏）")
    members: list[str] = Field(description="其他家庭成员证件号码（脱敏）")
    hukou_region: str
    urban_hukou: bool
    monthly_income_yuan: Yuan
    own_area_sqm: Area
    consented_on: date
    withdrawal_reason: str | None
    warnings: list[Warning] = Field(description="与现行准入标准比对的提示，供审核人参考")
    reviews: list[ReviewOut]
    notices: list[NoticeOut]
