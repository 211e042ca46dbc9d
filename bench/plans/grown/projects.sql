INSERT INTO project (id, region, state, version, created_on, updated_at, name, address, parcel_no,
    site_kind, nature, location_kind, households, area_sqm, contiguous, traits, screened_on,
    evidence, entered_on, renovation_year, factors, planned_on, project_no, plan_year, units,
    planned_start_on, investment_fen, needs_clearing, started_on, completed_units, invested_fen,
    received_fen, paid_fen)
SELECT uuidv7(make_interval(secs => g - :rows)), pg_temp.region(g), state, 5, pg_temp.day(g), pg_temp.day(g), '地块' || g,
    '南关区', 'P' || g, 'old-city', 'residential', 'built-up', 100, 5000, true, '[]', pg_temp.day(g),
    '{}', pg_temp.day(g), 2021, '[]', pg_temp.day(g), 'XM' || g, 2021, 100,
    pg_temp.day(g), 100000000, true, pg_temp.day(g), 0, 0,
    0, 0
FROM generate_series(1, :rows) AS g, LATERAL (SELECT pg_temp.pick(g, 100) AS h) AS draw,
    LATERAL (SELECT CASE
    WHEN h < 60 THEN 'completed' WHEN h < 80 THEN 'started' WHEN h < 88 THEN 'planned'
    WHEN h < 93 THEN 'library' WHEN h < 97 THEN 'surveyed' WHEN h < 99 THEN 'screened'
    ELSE 'prohibited' END AS state) AS spread;

INSERT INTO building (id, project_id, name, kind)
SELECT uuidv7(), id, '1号楼', 'bungalow' FROM project;

INSERT INTO progress_month (id, project_id, month, reported_on, corrections, stage, progress_rate,
    invested_fen, received_fen, paid_fen, completed_units, payment_pace)
SELECT uuidv7(), id, '2021-03', '2021-03-31', 0, 'structure', 0.5, 0, 0, 0, 0, 'normal' FROM project;

INSERT INTO overdue_case (id, region, state, version, created_on, updated_at, case_no, situation,
    households, problem, measure, promised_on, responsible_unit, responsible_person, category,
    formed_on, due_on, resettled)
SELECT id, pg_temp.region(g), state, 2, '2021-03-31', pg_temp.day(g), 'YQ' || g, '情况' || g,
    20, '资金', '筹措', pg_temp.day(g) + 365, '住建局', a,
    ('{S9.1b,S9.1c,S9.1d,S9.2a,S9.2b,S9.2c,S9.2d,S9.2e}'::text[])[1 + pg_temp.pick(g + 1, 8)],
    pg_temp.day(g), pg_temp.day(g) + 540, CASE state WHEN 'registered' THEN 0 ELSE 20 END
FROM sealed, LATERAL (SELECT pg_temp.pick(g, 100) AS h) AS draw, LATERAL (SELECT CASE
    WHEN h < 90 THEN 'verified' WHEN h < 97 THEN 'registered' ELSE 'resettled' END AS state
    ) AS spread;
