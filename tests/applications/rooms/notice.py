"""Public notices: the first of each application that passed its first review."""

from tests.world.room import Room
from tests.world.world import Act

ROUTES = {
    "GET /v1/public-notices": Act(
        "list", "application/notice1", open="公示，人人可看", asked={"stage": ("1",)}
    ),
}

GROWN = """
INSERT INTO public_notice (id, application_id, region, stage, starts_on, ends_on, content,
    content_digest, outcome, ended_on)
SELECT uuidv7(make_interval(secs => g - :rows)), id, pg_temp.region(g), 1, pg_temp.day(g),
    pg_temp.day(g) + 15, NULL::jsonb, repeat('0', 64), 'closed', pg_temp.day(g) + 16
FROM sealed WHERE pg_temp.pick(g, 100) < 94
UNION ALL
SELECT uuidv7(), id, region, 1, '2021-03-25', '2021-04-05',
    '{"applicant_name": "张*明", "region_name": "长春市南关区", "household_size": 3,
      "categories": "低保", "mode": "补贴"}'::jsonb,
    repeat('0', 64), NULL, NULL
FROM application WHERE state IN ('notice1', 'notice2');
"""

ROOM = Room(ROUTES, after=("review",), grown=GROWN)
