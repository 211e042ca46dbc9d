INSERT INTO programme (id, region, state, version, created_on, updated_at, programme_no,
    project_id, project_no, households, starts_on, ends_on, tiers, unit_price_fen,
    funds_confirmed_doc, last_signing_no, last_signed_at, last_moving_no, moving_fee_fen,
    transition_fee_fen, transition_months, pay_within_days)
SELECT uuidv7(make_interval(secs => g - :rows)), pg_temp.region(g), state, 3, pg_temp.day(g),
    pg_temp.day(g), 'ZS' || g, gen_random_uuid(), 'XM' || g, 200, '2021-03-01',
    CASE state WHEN 'closed' THEN date '2021-03-25' ELSE date '2021-04-25' END,
    '[]', 500000, '到位', 180, pg_temp.day(g), 0, 0, 0, 0, 0
FROM generate_series(1, :rows / 200 + 1) AS g
JOIN LATERAL (SELECT CASE WHEN pg_temp.pick(g, 100) < 90 THEN 'closed' ELSE 'signing' END AS state
    ) AS spread ON true;

INSERT INTO contract (id, region, state, version, created_on, updated_at, programme_id, project_id,
    property_no, owner_name, owner_id_no, phone, area_sqm, mode, compensation_fen, steps,
    signing_no, signed_on, signed_at, signed_by, document_digest, owner_certificate,
    office_certificate, reward_fen, pay_by, paid_fen, voucher_no, paid_on, moving_no, moved_on)
SELECT s.id, p.region, spread.state, 4, pg_temp.day(s.g), pg_temp.day(s.g), p.id, p.project_id,
    'F' || s.g, a, b, c, 60, ('{money,exchange}'::text[])[1 + pg_temp.pick(s.g, 2)], 30000000, '[]',
    CASE WHEN signed THEN nth END, CASE WHEN signed THEN pg_temp.day(s.g) END,
    CASE WHEN signed THEN pg_temp.day(s.g) END, CASE WHEN signed THEN 'office' END,
    CASE WHEN signed THEN repeat('0', 64) END, CASE WHEN signed THEN repeat('0', 64) END,
    CASE WHEN signed THEN repeat('0', 64) END, CASE WHEN signed THEN 0 END,
    CASE WHEN signed THEN pg_temp.day(s.g) END,
    CASE WHEN paid THEN 30000000 END, CASE WHEN paid THEN 'V' || s.g END,
    CASE WHEN paid THEN pg_temp.day(s.g) END,
    CASE spread.state WHEN 'moved' THEN nth END, CASE spread.state WHEN 'moved' THEN pg_temp.day(s.g) END
FROM sealed AS s
JOIN LATERAL (SELECT (s.g - 1) % 200 + 1 AS nth) AS place ON true
JOIN (SELECT *, row_number() OVER (ORDER BY id) AS g FROM programme) AS p
    ON p.g = (s.g - 1) / 200 + 1
JOIN LATERAL (SELECT CASE WHEN nth > 190 THEN 'drafted' WHEN nth > 180 THEN 'signed'
    WHEN nth > 120 THEN 'paid' ELSE 'moved' END AS state) AS spread ON true
JOIN LATERAL (SELECT spread.state <> 'drafted' AS signed,
    spread.state IN ('paid', 'moved') AS paid
    ) AS so_far ON true;
