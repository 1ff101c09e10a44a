"""
A Django of the specification, as an oracle: does real Django write what we read, and read what we write?

    django_school.py make FOLDER COUNT SEED [PEOPLE]   COUNT random schools, dumped to FOLDER/N.json or N.jsonl
    django_school.py compare FOLDER                    loads N.* and N.back.*, and tells every difference, as JSON
    django_school.py load FILE                         Django's own loaddata on an empty file database, timed
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "school"))
sys.dont_write_bytecode = True

import django
from django.conf import settings
from django.core.management import call_command

APPS = ["users", "courses", "rewards", "notifications"]
WAYS = [
    ("json", {"use_natural_foreign_keys": True, "use_natural_primary_keys": True, "indent": 2}),
    ("jsonl", {"use_natural_foreign_keys": True}),
    ("json", {}),
    ("jsonl", {"use_natural_foreign_keys": True, "use_natural_primary_keys": True}),
]


def configure(database=":memory:"):
    contrib = ["admin", "auth", "contenttypes", "sessions", "messages"]
    settings.configure(
        INSTALLED_APPS=[f"django.contrib.{app}" for app in contrib] + APPS,
        AUTH_USER_MODEL="users.User",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        SECRET_KEY="a school for tests",
        MIGRATION_MODULES={app: None for app in APPS},
    )
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)


def empty():
    call_command("flush", interactive=False, verbosity=0)


def make(folder, count, seed, people=8):
    from populate import School

    for at in range(int(count)):
        empty()
        School(int(seed) + at, int(people)).populate()
        way, options = WAYS[at % len(WAYS)]
        call_command("dumpdata", format=way, output=str(Path(folder) / f"{at}.{way}"), verbosity=0, **options)


def tables():
    """Every table, people by name: two databases may number them differently."""
    from django.apps import apps
    from django.core import serializers

    found = {}
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            rows = serializers.serialize(
                "python", model.objects.order_by("pk"), use_natural_foreign_keys=True, use_natural_primary_keys=True
            )
            for row in rows:
                row["fields"] = {
                    name: sorted(value) if name == "prerequisites" else value for name, value in row["fields"].items()
                }
            found[f"{app}.{model._meta.model_name}"] = json.loads(json.dumps(rows, default=str))
    return found


def loaded(path):
    empty()
    call_command("loaddata", str(path), verbosity=0)
    return tables()


def differences(one, other):
    for table, rows in one.items():
        theirs = other[table]
        if len(rows) != len(theirs):
            yield f"{table}: {len(rows)} rows and {len(theirs)}"
        for row, back in zip(rows, theirs):
            for name, value in row["fields"].items():
                if value != back["fields"][name]:
                    yield f"{table} {row.get('pk')} {name}: {value!r} and {back['fields'][name]!r}"


def compare(folder):
    found = {}
    for path in sorted(Path(folder).glob("*.back.json*")):
        if path.name.endswith(".manifest.json"):
            continue
        name = path.name.split(".")[0]
        original = next(Path(folder).glob(f"{name}.json*"))
        found[name] = list(differences(loaded(original), loaded(path)))[:20]
    print(json.dumps(found))


def load(path):
    started, cpu = time.perf_counter(), time.process_time()
    call_command("loaddata", path, verbosity=0)
    print(json.dumps({"seconds": time.perf_counter() - started, "cpuSeconds": time.process_time() - cpu}))


if __name__ == "__main__":
    command, *words = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        configure(os.path.join(scratch, "school.sqlite3") if command == "load" else ":memory:")
        {"make": make, "compare": compare, "load": load}[command](*words)
