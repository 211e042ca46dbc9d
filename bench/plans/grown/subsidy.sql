INSERT INTO standard (id, region, effective_from, document_no, per_capita_sqm, household_cap_sqm,
    unit_price_fen, coefficients, counted_persons, cap_at_rent, floor_fen, pays_from, created_at)
SELECT gen_random_uuid(), unit, make_date(year, 1, 1), '〔' || year || '〕2号', 15, 60,
    900, '{"minimum": "1", "low": "0.8", "middle": "0.6"}', '{}', false, 0, 'month-after', make_date(year, 1, 1)
FROM (SELECT DISTINCT unit FROM places) AS u, generate_series(2017, 2021) AS year;

INSERT INTO subsidy_grant (id, region, state, version, created_on, updated_at, application_id,
    household_key, categories, tier, household_size, own_area_sqm, approved_on, hold, standard_id,
    monthly_fen, amounts, signed_on, first_month, stop_month, stop_code, stop_reason)
SELECT s.id, p.code, state, 3, pg_temp.day(g), pg_temp.day(g), s.id,
    lpad(to_hex(g), 64, '0'), '["C13"]', ('{minimum,low,middle}'::text[])[1 + pg_temp.pick(g + 1, 3)], 3,
    0, pg_temp.day(g), CASE state WHEN 'requested' THEN 'household-has-grant' ELSE '' END, d.id,
    30000, 1, pg_temp.day(g), '2018-04',
    CASE state WHEN 'stopped' THEN '2021-01' END, '', ''
FROM sealed AS s
JOIN LATERAL (SELECT pg_temp.pick(g, 100) AS h) AS draw ON true
JOIN LATERAL (SELECT CASE WHEN h < 80 THEN 'signed' WHEN h < 95 THEN 'stopped'
    WHEN h < 98 THEN 'requested' ELSE 'calculated' END AS state) AS spread ON true
JOIN places AS p ON p.code = pg_temp.region(g)
JOIN standard AS d ON d.region = p.unit AND d.effective_from = '2021-01-01';

INSERT INTO account (id, region, grant_id, current, number_sealed, holder_sealed, number_index,
    created_at)
SELECT b_id, pg_temp.region(g), id, true, a, b, sha256(int4send(g)), pg_temp.day(g) FROM sealed;

INSERT INTO grant_amount (id, grant_id, number, from_month, monthly_fen, standard_id, steps)
SELECT id, id, 1, '2018-04', 30000, standard_id, '[]' FROM subsidy_grant;

INSERT INTO batch (id, region, state, version, created_on, updated_at, number, kind, month, lines,
    total_fen, paid_lines, paid_fen, failed_lines, failed_fen, made_by, explanation, digest)
SELECT uuidv7(), unit, 'closed', 6, '2021-03-31', '2021-03-31', unit || month, 'regular', month,
    1000, 30000000, 0, 0, 0, 0, 'maker', '', ''
FROM (SELECT DISTINCT unit FROM places) AS u,
    (SELECT pg_temp.month(n) AS month FROM generate_series(0, 35) AS n) AS months;

INSERT INTO payment (id, region, state, version, created_on, updated_at, number, batch_id,
    grant_id, household_key, month, amount_fen, amount_id, account_id, failure_code)
SELECT gen_random_uuid(), p.code, spread.state, 2, '2021-03-31', '2021-03-31', b.number || '-' || lpad(n::text, 8, '0'), b.id,
    s.id, lpad(to_hex(s.g), 64, '0'), b.month, 30000, s.id, s.b_id,
    CASE spread.state WHEN 'failed' THEN 'other' ELSE '' END
FROM generate_series(0, :rows - 1) AS n
JOIN LATERAL (SELECT :rows / 36 + 1 AS grants) AS many ON true
JOIN sealed AS s ON s.g = n % grants + 1
JOIN places AS p ON p.code = pg_temp.region(s.g)
JOIN batch AS b ON b.region = p.unit AND b.month = pg_temp.month(n / grants)
JOIN LATERAL (SELECT pg_temp.pick(n, 100) AS h) AS draw ON true
JOIN LATERAL (SELECT CASE WHEN h < 94 THEN 'paid' WHEN h < 96 THEN 'failed'
    WHEN h < 97 THEN 'replaced' WHEN h < 99 THEN 'pending' ELSE 'cancelled' END AS state
    ) AS spread ON true
ORDER BY n;
