#!/usr/bin/python3
"""Make the folder of seeds of each fuzz target, from the project's own samples and tests/fuzz/corpus/TARGET.

usage: tests/fuzz/seeds.py FOLDER    makes FOLDER/TARGET.seeds; run from the top folder
"""

import glob
import json
import os
import shutil
import sys

PROFILES = sorted(os.path.basename(p)[: -len(".ini")] for p in glob.glob("importers/profiles/*.ini"))
EXPORTS = {"csv": (".csv",), "json": (".json", ".ndjson"), "ics": (".ics",), "webhooks": (".json", ".ndjson")}
ARRAYS = ["places", "locks", "groups", "group_locks", "users", "role_assignments", "group_links",
          "schedules", "teams", "team_memberships", "roles"]  # as enum snapshot_array
TABLES = ["aliases.csv", "blocked.csv", "rules-london.csv"]   # as in cli/setup.c
SMALL = 3  # objects of a list that are enough


def read(path):
    with open(path, "rb") as file:
        return file.read()


def corpus(target):
    """(name, bytes) of what lies in tests/fuzz/corpus; where a target chooses, the name begins with the choice."""
    for path in sorted(glob.glob(f"tests/fuzz/corpus/{target}/*")):
        yield os.path.basename(path), read(path)


def chosen(words, name, data):
    word = name.split(".")[0]
    return bytes([words.index(word)]) + data


def samples():
    for path in sorted(glob.glob("fixtures/sources/*/*")):
        if not path.endswith(".md"):
            yield path.split("/")[-2], path


def exports(target):
    for profile, path in samples():
        if path.endswith(EXPORTS[target]) and ("webhook" in profile) == (target == "webhooks"):
            yield f"{profile}-{os.path.basename(path)}", bytes([PROFILES.index(profile)]) + read(path)
    for name, data in corpus(target):
        yield name, chosen(PROFILES, name, data)


def whole(target, paths):
    for path in sorted(paths):
        yield path.replace("/", "-"), read(path)
    yield from corpus(target)


def small_snapshot():
    snapshot = json.loads(read("fixtures/demo/kisi.json"))
    return {key: value[:SMALL] if isinstance(value, list) else value for key, value in snapshot.items()}


def snapshots():
    yield "demo", json.dumps(small_snapshot()).encode()
    yield from corpus("snapshot")


def answers():
    snapshot = small_snapshot()
    for i, array in enumerate(ARRAYS):
        yield array, bytes([i]) + json.dumps(snapshot.get(array, [])).encode()
    for name, data in corpus("api"):
        yield name, chosen(ARRAYS, name, data)


def tables():
    for i, name in enumerate(TABLES):
        yield name, bytes([i]) + read(f"fixtures/demo/{name}")
    for name, data in corpus("tables"):
        yield name, chosen([table.split("-")[0].split(".")[0] for table in TABLES] + ["rulings"], name, data)


SEEDS = {
    **{target: lambda target=target: exports(target) for target in EXPORTS},
    "config": lambda: whole("config", ["fixtures/demo/kisi-reconcile.ini", "tests/bench/bench.ini"]),
    "profile": lambda: whole("profile", glob.glob("importers/profiles/*.ini")),
    "describe": lambda: whole("describe", [path for _, path in samples()]),
    "snapshot": snapshots,
    "plan": lambda: corpus("plan"),
    "api": answers,
    "tables": tables,
}


def main():
    for target, make in SEEDS.items():
        folder = os.path.join(sys.argv[1], target + ".seeds")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        for name, data in make():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)


main()
