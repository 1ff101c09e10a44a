#!/bin/bash
set -euo pipefail
psql -v ON_ERROR_STOP=1 --username postgres \
  -v owner_password="$(< /run/secrets/database-owner-password)" \
  -v app_password="$(< /run/secrets/database-app-password)" \
  --file /etc/teoart/roles.sql
