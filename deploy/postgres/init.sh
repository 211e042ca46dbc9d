#!/bin/sh
# Five databases, five owners: a service cannot read another's tables. Runs once, on an empty volume.
set -eu
for service in applications subsidy projects expropriation supervision; do
  password=$(cat "/run/secrets/${service}_db_password")
  psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set service="$service" --set password="$password" <<'SQL'
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service" OWNER :"service" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE CONNECT ON DATABASE :"service" FROM PUBLIC;
SQL
done
