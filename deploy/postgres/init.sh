#!/bin/sh
# Five databases, each with an owner (migrates) and two roles that own nothing: NAME_api serves
# requests, NAME_worker numbers, takes in and runs jobs. A service cannot reach another's database.
# Runs once, on an empty volume.
set -eu
for service in applications subsidy projects expropriation supervision; do
  psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set service="$service" --set api="${service}_api" --set worker="${service}_worker" \
    --set password="$(cat "/run/secrets/${service}_db_password")" \
    --set api_password="$(cat "/run/secrets/${service}_api_db_password")" \
    --set worker_password="$(cat "/run/secrets/${service}_worker_db_password")" <<'SQL'
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE ROLE :"api" LOGIN PASSWORD :'api_password';
CREATE ROLE :"worker" LOGIN PASSWORD :'worker_password';
CREATE DATABASE :"service" OWNER :"service" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE CONNECT ON DATABASE :"service" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"service" TO :"api", :"worker";
SQL
done
