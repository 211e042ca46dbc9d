"""Routes of the reviews."""

from services.applications.review import commands
from services.applications.review.schemas import ReviewMeeting
from shared.commands.views import moved_list
from shared.domain.fields import MovedList
from shared.domain.roles import Role
from shared.http.deps import Changing, allow
from shared.http.route import router

review_meetings = router("/review-meetings", "review-meetings", "审核会")


@review_meetings.post(
    "",
    summary="签署审核意见",
    dependencies=[allow(Role.STREET, Role.DISTRICT, Role.CITY)],
)
async def hold_meeting(body: ReviewMeeting, call: Changing) -> MovedList:
    """一次审核会逐户签署意见：1 初审（街道，填入户日期）、2 复审（区县，填联审结果）、3 终审。
    三次审核由不同机构的不同人承担；不予通过须写明原因。初审、终审通过的当日开始公示。
    清单中有一户不符合要求的，全部不生效并逐户说明。
    """
    return moved_list(await commands.hold_meeting(call, body))
