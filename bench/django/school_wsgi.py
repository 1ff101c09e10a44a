"""
The most requested paths as a Django of the specification, to compare with. Its models are those of test/django.

    gunicorn --chdir bench/django school_wsgi:application     serves the database of DATABASE_URL
    school_wsgi.py prepare URL                                creates the tables in DATABASE_URL, and copies the rows of the school in URL
"""

import io
import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

sys.path.insert(0, str(Path(__file__).parents[2] / "test/django/school"))
sys.dont_write_bytecode = True

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

APPS = ["users", "courses", "rewards", "notifications", "api"]
# Tables that other tables refer to come first.
TABLES = [
    "users_user",
    "users_usersettings",
    "users_userprogress",
    "courses_course",
    "courses_course_prerequisites",
    "courses_lesson",
    "courses_courseenrollment",
    "courses_lessoncompletion",
    "rewards_teocointransaction",
    "rewards_achievement",
    "notifications_notification",
]


def configure():
    url = urlsplit(os.environ["DATABASE_URL"])
    settings.configure(
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", *APPS],
        MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"],
        ROOT_URLCONF="api.urls",
        AUTH_USER_MODEL="users.User",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": url.path[1:],
                "USER": url.username,
                "PASSWORD": unquote(url.password or ""),
                "HOST": url.hostname,
                "PORT": url.port,
                "CONN_MAX_AGE": None,
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        ALLOWED_HOSTS=["127.0.0.1"],
        SECRET_KEY="only for measurements",
        MIGRATION_MODULES={app: None for app in ["auth", "contenttypes", *APPS]},
    )


def prepare(source_url):
    import psycopg2
    from django.db import connection

    call_command("migrate", run_syncdb=True, verbosity=0)
    source = psycopg2.connect(source_url)
    with connection.cursor() as target, source.cursor() as rows:
        for table in TABLES:
            copy(rows, target, table, table, common_columns(rows, target, table))
        copy(rows, target, "users_session", "api_token", ["id", "user_id"])
        for table in TABLES:
            target.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) + 1 FROM {table}))")
        target.execute("VACUUM ANALYZE")


def common_columns(*arguments):
    *cursors, table = arguments
    found = []
    for cursor in cursors:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
        found.append({name for (name,) in cursor.fetchall()})
    return sorted(set.intersection(*found))


def copy(rows, target, source_table, target_table, columns):
    names, buffer = ", ".join(f'"{column}"' for column in columns), io.BytesIO()
    rows.copy_expert(f"COPY (SELECT {names} FROM {source_table}) TO STDOUT", buffer)
    buffer.seek(0)
    target.cursor.copy_expert(f"COPY {target_table} ({names}) FROM STDIN", buffer)


configure()
if __name__ == "__main__":
    django.setup()
    prepare(sys.argv[2])
else:
    application = get_wsgi_application()
