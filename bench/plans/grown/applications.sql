INSERT INTO eligibility_standard (id, region, effective_from, document_no, income_line_fen,
    area_line_sqm, published_by, published_at)
SELECT gen_random_uuid(), unit, make_date(year, 1, 1), '吉安居办〔' || year || '〕1号', 200000, 15,
    'city', make_date(year, 1, 1)
FROM (SELECT DISTINCT unit FROM places) AS u, generate_series(2017, 2021) AS year;

INSERT INTO application (id, region, state, version, created_on, updated_at, receipt_no,
    submitted_by, consented_on, name, phone, household_key, household_size, hukou_region,
    urban_hukou, categories, tier, mode, monthly_income_fen, own_area_sqm, notice_ends_on)
SELECT id, pg_temp.region(g), state, 5, pg_temp.day(g), pg_temp.day(g), 'SQ' || g,
    'clerk-' || g % 1000, pg_temp.day(g), a, b, lpad(to_hex(g), 64, '0'), 3, pg_temp.region(g),
    true, '["C13"]', 'minimum', 'subsidy', 150000, 21.5,
    CASE WHEN state IN ('notice1', 'notice2') THEN date '2021-04-05' END
FROM sealed, LATERAL (SELECT pg_temp.pick(g, 100) AS h) AS draw, LATERAL (SELECT CASE
    WHEN h < 85 THEN 'approved' WHEN h < 90 THEN 'rejected' WHEN h < 92 THEN 'withdrawn'
    WHEN h < 94 THEN 'ended' WHEN h < 96 THEN 'submitted' WHEN h < 97 THEN 'review1'
    WHEN h < 98 THEN 'notice1' WHEN h < 99 THEN 'review2' ELSE 'notice2' END AS state) AS spread;

INSERT INTO household_member (id, application_id, position, id_no, id_index, live)
SELECT id, id, 0, d, sha256(int4send(g)), pg_temp.pick(g, 100) < 85 FROM sealed;

INSERT INTO public_notice (id, application_id, region, stage, starts_on, ends_on, content,
    content_digest, outcome, ended_on)
SELECT uuidv7(make_interval(secs => g - :rows)), id, pg_temp.region(g), 1, pg_temp.day(g), pg_temp.day(g) + 15,
    NULL::jsonb, repeat('0', 64), 'closed', pg_temp.day(g) + 16
FROM sealed WHERE pg_temp.pick(g, 100) < 94
UNION ALL
SELECT uuidv7(), id, region, 1, '2021-03-25', '2021-04-05',
    '{"applicant_name": "张*明", "region_name": "长春市南关区", "household_size": 3, "categories": "低保", "mode": "补贴"}'::jsonb,
    repeat('0', 64), NULL, NULL
FROM application WHERE state IN ('notice1', 'notice2');

INSERT INTO review (id, application_id, stage, verdict, opinion, reviewer, organisation,
    reviewed_on, warnings)
SELECT uuidv7(make_interval(secs => g - :rows)), id, 1, 'pass', '属实', 'clerk', 'street', pg_temp.day(g), '[]'
FROM sealed WHERE pg_temp.pick(g, 100) < 97;

INSERT INTO objection (id, application_id, notice_id, stage, raised_by, raised_on, due_on, text,
    outcome)
SELECT s.b_id, s.id, n.id, 1, 'neighbour', n.starts_on, n.ends_on, s.c, 'lapsed'
FROM sealed AS s JOIN public_notice AS n ON n.application_id = s.id AND n.outcome = 'closed'
WHERE s.g % 20 = 0;
