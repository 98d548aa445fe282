#!/usr/bin/python3
"""Random worlds: the program against a second implementation of its documentation, and laws that must hold anyway.

usage: test_worlds.py [--seed N [--keep DIR]]       environment: KISI_RECONCILE, WORLDS (150), FIRST_SEED (1)

TAP.  A failing world prints its seed; `--seed N --keep DIR` writes that world into DIR and shows what differs.
"""
import argparse
import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import reference  # noqa: E402
import sheets  # noqa: E402
import values  # noqa: E402
import worlds  # noqa: E402

PROGRAM = os.path.abspath(os.environ.get("KISI_RECONCILE", "build/kisi-reconcile"))
SHOWN = 12


class Broken(Exception):
    """A law that does not hold; the text says which and how."""


# ---- running the program ----

def run(folder, snapshot, now, database="state.db", env=None):
    """The plan as JSON."""
    sheets.put(os.path.join(folder, "snapshot.json"), json.dumps(snapshot))
    out = os.path.join(folder, "plan.json")
    if database == "state.db":
        for name in os.listdir(folder):
            if name.startswith("state.db"):
                os.unlink(os.path.join(folder, name))
    done = subprocess.run([PROGRAM, "-c", os.path.join(folder, "kisi.ini"), "plan", "--quiet", "--snapshot",
                           os.path.join(folder, "snapshot.json"), "--now", values.stamp(now), "--json", out],
                          capture_output=True, text=True, env=dict(os.environ, **(env or {})))
    if done.returncode not in (0, 3):
        raise Broken("exit %d: %s" % (done.returncode, done.stderr.strip()[:2000]))
    with open(out, encoding="utf-8") as f:
        return json.load(f)


def key(change):
    have = change["have"]["id"] if change["have"] else None
    return (change["action"], change["email"], change["group_id"] or None, change["from"], change["until"], have,
            change["expected"])


# ---- laws ----

def same_as_reference(world, model, plan):
    def near(k):
        """How long ago access began does not matter, and what ended a month ago is not looked at any more."""
        return k[:3] + (("long ago" if k[3] and k[3] < month_ago else k[3]),) + k[4:]

    month_ago = values.stamp(world.now - 31 * values.DAY)
    ours, theirs = {near(k) for k in model.changes(world.held)}, {near(key(c)) for c in plan["changes"]}
    if len(theirs) != len(plan["changes"]):
        raise Broken("the same change twice")
    if theirs != ours:
        lines = ["only the program:  %s" % (c,) for c in sorted(theirs - ours, key=str)]
        lines += ["only the reference: %s" % (c,) for c in sorted(ours - theirs, key=str)]
        raise Broken("\n".join(lines[:SHOWN]))
    unread = set().union(*model.unread.values())
    needless = [(c["guard"], *key(c)) for c in plan["held"] if not {
        "email_mismatch": c["email"] in world.held, "rejected_row": c["email"] in unread,
        "ambiguous_group": c["group_id"] in model.doubted}.get(c["guard"], False)]
    if needless:
        raise Broken("held without need: %s" % needless[:3])


def only_ours(model, world, plan):
    """Nothing outside the scope is touched."""
    basic = {a["id"] for a in world.assignments if a["role_id"] == "group_basic" and a["assignee_type"] == "User"
             and a["applies_to_type"] == "Group"}
    slots = set()
    for c in plan["changes"]:
        if c["email"] in model.config.protected or c["email"] in world.held:
            raise Broken("touches %s" % c["email"])
        if c["have"] and c["have"]["id"] not in basic:
            raise Broken("touches assignment %s, which is no plain one" % c["have"]["id"])
        if c["action"] != "create_user" and c["group_id"] not in model.managed - model.report_only:
            raise Broken("touches group %s" % c["group_id"])
        if (c["email"], c["group_id"], c["action"] == "create_user") in slots:
            raise Broken("two changes of one slot: %s %s" % (c["email"], c["group_id"]))
        slots.add((c["email"], c["group_id"], c["action"] == "create_user"))


def changed(snapshot, changes):
    """The snapshot as it is once these changes are made."""
    after = copy.deepcopy(snapshot)
    rights, people = after["role_assignments"], {}
    for n, c in enumerate(changes):
        if c["action"] == "create_user":
            people[c["email"]] = 60000 + n
            after["users"].append({"id": 60000 + n, "resource_type": "User", "email": c["email"], "name": c["email"],
                                   "access_enabled": True, "scim_access_enabled": True, "confirmed": True})
            continue
        if c["have"]:
            rights[:] = [a for a in rights if a["id"] != c["have"]["id"]]
        if c["action"] in ("grant", "adjust"):
            rights.append({"id": 7000000 + n, "resource_type": "RoleAssignment", "role_id": "group_basic",
                           "applies_to_type": "Group", "applies_to_id": c["group_id"], "assignee_type": "User",
                           "assignee_id": c["user_id"] or people[c["email"]], "notify": False,
                           "valid_from": c["from"], "valid_until": c["until"]})
    return after


def settled(folder, world, snapshot, plan):
    # Who has got a user looks like nobody any more, but to a database that remembers the pair.
    left = [c for c in run(folder, changed(snapshot, plan["changes"]), world.now)["changes"] if c["email"] not in world.held]
    if left:
        raise Broken("not in step after its own changes: %s" % [key(c) for c in left[:3]])


def without_run(plan):
    return {k: v for k, v in plan.items() if k != "run"}


def repeatable(folder, world, snapshot, plan):
    again = run(folder, snapshot, world.now, database="kept")
    if without_run(again) != without_run(plan):
        raise Broken("a second run differs: %s" % [k for k in plan if k != "run" and plan[k] != again[k]])
    abroad = run(folder, snapshot, world.now, env={"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"})
    if without_run(abroad) != without_run(plan):
        raise Broken("another zone and locale differ: %s" % [k for k in plan if k != "run" and plan[k] != abroad[k]])


def shuffled(folder, world, plan):
    snapshot = world.shuffled(folder, world.seed + 7)
    other = run(folder, snapshot, world.now)
    pairs = [[(c["id"], key(c)) for c in p["changes"]] for p in (plan, other)]
    if pairs[0] != pairs[1]:
        what = "other changes" if set(pairs[0]) != set(pairs[1]) else "another order"
        raise Broken("shuffled rows give %s: %s" % (what, sorted(set(pairs[0]) ^ set(pairs[1]), key=str)[:4]))


def rank(change, now, cover):
    """Classes of the order of apply, with the start within a class."""
    at, horizon = values.stamp(now), values.stamp(now + cover)
    have = change["have"] or {"from": None, "until": None}
    if change["action"] == "cleanup":
        return 4, ""
    begins = max(change["from"] or "", at)
    gives = change["action"] == "grant" or change["action"] == "adjust" and (
        (change["until"] or "9") > (have["until"] or "9") or begins < max(have["from"] or "", at))
    if gives:
        return (0 if (change["from"] or "") < horizon else 2), change["from"] or ""
    return (1 if (have["from"] or "") < horizon else 3), ""


def ordered(world, plan):
    changes, last, known = plan["changes"], (0, ""), set()
    created = {c["email"] for c in changes if c["action"] == "create_user"}
    for c, following in zip(changes, changes[1:] + [None]):
        if c["action"] == "create_user":
            if not following or following["email"] != c["email"] or following["action"] != "grant":
                raise Broken("create_user of %s is not followed by a grant" % c["email"])
            known.add(c["email"])
            continue
        if c["email"] in created - known:
            raise Broken("%s is used before it is created" % c["email"])
        if rank(c, world.now, world.cover) < last:
            raise Broken("order: %s comes too late" % (key(c),))
        last = rank(c, world.now, world.cover)


def check(seed, folder):
    world = worlds.Maker(seed).make(folder)
    snapshot = world.snapshot()
    model = reference.World(os.path.join(folder, "kisi.ini"), snapshot, world.now)
    plan = run(folder, snapshot, world.now)
    same_as_reference(world, model, plan)
    only_ours(model, world, plan)
    ordered(world, plan)
    repeatable(folder, world, snapshot, plan)
    settled(folder, world, snapshot, plan)
    shuffled(folder, world, plan)
    return len(plan["changes"])


def in_folder(seed, folder):
    """None, or why the world is broken."""
    try:
        return check(seed, folder), None
    except Broken as e:
        return 0, str(e)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--keep")
    args = parser.parse_args()
    first = int(os.environ.get("FIRST_SEED", "1"))
    seeds = [args.seed] if args.seed is not None else range(first, first + int(os.environ.get("WORLDS", "150")))
    print("1..%d" % len(seeds))
    failed = total = 0
    for number, seed in enumerate(seeds, 1):
        folder = args.keep or tempfile.mkdtemp(prefix="world-")
        os.makedirs(folder, exist_ok=True)
        count, why = in_folder(seed, folder)
        total += count
        print("%sok %d - world %d" % ("not " if why else "", number, seed) + ("" if why else ": %d changes" % count))
        if why:
            failed += 1
            print("\n".join("#   " + line for line in why.splitlines()))
            print("#   again: %s --seed %d --keep DIR" % (sys.argv[0], seed), flush=True)
        if not args.keep:
            shutil.rmtree(folder)
    print("# %d worlds, %d changes, %d broken" % (len(seeds), total, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
