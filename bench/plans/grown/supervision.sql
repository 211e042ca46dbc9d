INSERT INTO bulletin (id, region, state, version, created_on, updated_at, month, year, number,
    issued_on, positions, digest, content, document)
SELECT uuidv7(), '220000', 'issued', 1, '2021-03-05', '2021-03-05', month, left(month, 4)::int,
    row_number() OVER (PARTITION BY left(month, 4) ORDER BY month), '2021-03-05', '{}',
    repeat('0', 64), '{}', '{}'
FROM (SELECT pg_temp.month(n) AS month FROM generate_series(0, 35) AS n) AS months;

INSERT INTO fact (event_id, indicator, unit, region, month, on_day, amount, counted, event_type,
    source, position, subject, after_month)
SELECT uuidv7(make_interval(secs => g - :rows)), indicator, p.unit, p.code,
    pg_temp.month((36::bigint * (g - 1) / :rows)::int), '2021-03-01', 1,
    CASE indicator WHEN 'subsidy-payments' THEN left(md5((g % (:rows / 12 + 1))::text), 36) ELSE '' END,
    'cn.gov.jl.housing.subsidy.payment-settled.v1', 'subsidy', g, gen_random_uuid(),
    coalesce(pg_temp.month((36::bigint * (g - 1) / :rows)::int - 1), '')
FROM generate_series(1, :rows) AS g
JOIN LATERAL (SELECT ('{subsidy-payments,subsidy-payments,subsidy-paid-fen,applications-submitted,applications-approved,contracts-signed,contracts-paid,started-units,completed-units,invested-fen}'::text[])[1 + pg_temp.pick(g + 1, 10)] AS indicator) AS kind ON true
JOIN places AS p ON p.code = pg_temp.region(g);

INSERT INTO fact_counter (unit, month, indicator, amount, facts)
SELECT unit, month, indicator, sum(amount), count(*) FROM fact GROUP BY unit, month, indicator;

INSERT INTO alert (id, region, state, version, created_on, updated_at, code, object_id,
    object_label, period, level, clause, opened_on, due_on, reason)
SELECT uuidv7(make_interval(secs => g - :rows)), p.unit, state, 2, pg_temp.day(g), pg_temp.day(g),
    spread.code, g::text, '项目' || g, '', ('{blue,yellow,orange,red}'::text[])[1 + pg_temp.pick(g + 2, 4)], 'S6.3', pg_temp.day(g),
    pg_temp.day(g), ''
FROM generate_series(1, :rows) AS g
JOIN places AS p ON p.code = pg_temp.region(g)
JOIN LATERAL (SELECT pg_temp.pick(g, 100) AS h, pg_temp.pick(g + 1, 1000) AS k) AS draw ON true
JOIN LATERAL (SELECT CASE WHEN h < 92 THEN 'resolved' WHEN h < 97 THEN 'waived'
    WHEN h < 98 THEN 'open' WHEN h < 99 THEN 'acknowledged' ELSE 'escalated' END AS state,
    CASE WHEN k < 500 THEN 'START_RISK' WHEN k < 800 THEN 'CASE_DUE' WHEN k < 998 THEN 'REPORT_LATE'
    ELSE 'PROHIBITED_IN_LIBRARY' END AS code) AS spread ON true;

INSERT INTO watched (kind, object_id, unit, label, clause, due_on, done_on, listed_on)
SELECT 'project', gen_random_uuid(), pg_temp.region(g), '项目' || g, 'S6.3', '2021-03-01',
    CASE WHEN pg_temp.pick(g, 1000) > 2 THEN date '2021-02-01' END, '2020-01-01'
FROM generate_series(1, :rows) AS g;

INSERT INTO report (id, region, state, version, created_on, updated_at, month, due_on, figures,
    changes, remarks, decision_reason, late)
SELECT uuidv7(), unit, 'accepted', 3, '2021-03-05', '2021-03-05', month, '2021-03-05', '{}', '[]',
    '', '', false
FROM (SELECT DISTINCT unit FROM places) AS u,
    (SELECT pg_temp.month(n) AS month FROM generate_series(0, 35) AS n) AS months;

INSERT INTO annual_target (id, region, state, version, created_on, updated_at, year, indicator,
    value)
SELECT uuidv7(), unit, 'set', 1, '2021-01-05', '2021-01-05', year, indicator, 100
FROM (SELECT DISTINCT unit FROM places) AS u, generate_series(2012, 2021) AS year,
    unnest('{started-units,subsidy-households,overdue-resettled-households,invested-fen}'::text[]) AS indicator;

INSERT INTO held_checkpoint (service, event_id, told, log, region, position, chain, at, signature,
    since_position, since_chain, received_on, contradiction)
SELECT ('{applications,subsidy,projects,expropriation,supervision}'::text[])[1 + g % 5],
    uuidv7(make_interval(secs => g - :rows)), g,
    ('{outbox,audit_log}'::text[])[1 + g / 5 % 2], '220000', g, repeat('0', 64), '2021-03-01',
    repeat('0', 64), g - 1, repeat('0', 64), '2021-03-01', ''
FROM generate_series(1, :rows) AS g;
