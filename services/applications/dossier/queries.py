"""Reading whole files. Identity is masked."""

from uuid import UUID

from services.applications.application.models import PHONE
from services.applications.application.queries import fields, id_numbers, one, warnings_of
from services.applications.application.schemas import Warning
from services.applications.dossier.schemas import ApplicationDetail
from services.applications.notice.queries import NOTICES
from services.applications.notice.schemas import NoticeOut
from services.applications.review.queries import REVIEWS
from services.applications.review.queries import show as show_review
from services.applications.standard.queries import STANDARDS, in_force
from shared.commands.context import CommandContext
from shared.domain.masking import mask_id_internal, mask_phone
from shared.domain.regions import units_on


async def detail(call: CommandContext, id: UUID) -> ApplicationDetail:
    """One application with its reviews, notices and the warnings for the reviewers."""
    standards = STANDARDS.given(units_on(call.today))
    row = await one(call, id, reviews=REVIEWS, notices=NOTICES, standards=standards)
    numbers = id_numbers(row)
    standard = in_force(row.standards, call.today)
    return ApplicationDetail.model_validate(
        {
            **fields(call, row),
            "accepted_on": row.accepted_on,
            "id_no": mask_id_internal(numbers[0]),
            "phone": mask_phone(PHONE.open(row.id, row.phone)),
            "members": [mask_id_internal(number) for number in numbers[1:]],
            "hukou_region": row.hukou_region,
            "urban_hukou": row.urban_hukou,
            "monthly_income_yuan": row.monthly_income_fen,
            "own_area_sqm": row.own_area_sqm,
            "consented_on": row.consented_on,
            "withdrawal_reason": row.withdrawal_reason,
            "warnings": [Warning.model_validate(reason) for reason in warnings_of(row, standard)],
            "reviews": [show_review(one) for one in row.reviews],
            "notices": [NoticeOut.model_validate(one) for one in row.notices],
        }
    )
