INSERT INTO outbox (event_id, aggregate, subject, version, type, region, data, at, trace, position,
    chain)
SELECT uuidv7(make_interval(secs => g - :rows)), 'kind', gen_random_uuid(), 1,
    'cn.gov.jl.housing.kind.moved.v1', pg_temp.region(g), repeat('x', 300), pg_temp.day(g), '', g,
    sha256(int4send(g))
FROM generate_series(1, :rows) AS g;

INSERT INTO audit_log (id, at, actor_sub, actor_org, actor_roles, actor_region, action,
    object_type, object_id, object_region, reason, trace, position, chain)
SELECT uuidv7(make_interval(secs => g - :rows)), pg_temp.day(g), 'clerk-' || g % 1000, 'street',
    'street', pg_temp.region(g), 'move', 'kind', gen_random_uuid(), pg_temp.region(g), '', '', g,
    sha256(int4send(g))
FROM generate_series(1, :rows) AS g;

INSERT INTO sequence_head (log, position, chain)
SELECT log, :rows, sha256('') FROM unnest('{outbox,audit_log}'::text[]) AS log
ON CONFLICT (log) DO UPDATE SET position = excluded.position;

INSERT INTO inbox (event_id, source, position, at)
SELECT uuidv7(make_interval(secs => g - :rows)), 'projects', g, pg_temp.day(g)
FROM generate_series(1, :rows) AS g;

INSERT INTO idempotency (actor, route, key, fingerprint, status, headers, body, at)
SELECT 'clerk-' || g % 1000, 'POST /v1/things', gen_random_uuid(), sha256(int4send(g)), 201, '{}',
    '', pg_temp.day(g)
FROM generate_series(1, :rows) AS g;

INSERT INTO job_runs (day, job, done, at)
SELECT date '2021-03-31' - g, 'some-job', 1, date '2021-03-31' - g
FROM generate_series(1, 3000) AS g;

INSERT INTO dead_letter (event_id, source, position, subject, version, type, region, envelope, code,
    reason, at)
SELECT gen_random_uuid(), 'projects', g, gen_random_uuid(), 1, 'malformed', '220100', '', 'broken',
    '', '2021-03-31'
FROM generate_series(1, 1000) AS g;

INSERT INTO entitlement (id, region, state, version, created_on, updated_at, client, types, purpose)
SELECT uuidv7(), pg_temp.region(g), 'active', 1, '2021-03-31', '2021-03-31', 'client-' || g, '{*}',
    '统计'
FROM generate_series(1, 300) AS g;
