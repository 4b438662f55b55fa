#!/bin/bash
# Run once by the PostgreSQL image, on an empty volume: the role that owns the hub's database. It
# may make roles, and is no superuser.
set -euo pipefail
psql --set=ON_ERROR_STOP=1 --set=password="$(cat /run/secrets/owner_password)" \
  --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE hub_owner LOGIN CREATEROLE PASSWORD :'password';
CREATE DATABASE hub OWNER hub_owner TEMPLATE template0 ENCODING 'UTF8';
SQL
