-- The first start of the database container runs this file once, as the superuser (roles.sh). The application never connects as the
-- superuser. teoart_owner owns the tables, migrates and makes backups. teoart_app reads and writes rows. It can neither change a table nor
-- turn off a trigger of the ledger.
CREATE ROLE teoart_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE teoart_app LOGIN PASSWORD :'app_password';
CREATE DATABASE teoart OWNER teoart_owner;
REVOKE ALL ON DATABASE teoart FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE teoart TO teoart_app;
\connect teoart
ALTER SCHEMA public OWNER TO teoart_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO teoart_app;
ALTER DEFAULT PRIVILEGES FOR ROLE teoart_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO teoart_app;
ALTER DEFAULT PRIVILEGES FOR ROLE teoart_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO teoart_app;
