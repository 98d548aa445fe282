#!/usr/bin/python3
"""Runs tests/cases/*.case against the program, offline, and speaks TAP.

usage: tests/cases/run.py [--vary WORD] [--show] [FILE.case ...]

A case gives exports, a configuration and the state of Kisi, and says which plan must come of them; README.md beside
this file explains the language.  KISI_RECONCILE names the program (default build/kisi-reconcile).

Without --vary every case runs plainly, and then once more in each of these ways, where the plan must stay the same:
  environment   another time zone, locale and folder: the same bytes
  shuffle       the rows of each CSV in another order: the same changes in the same order
  double        every row twice: the same changes in the same order
  report        the run's workbook and document written again by `report`: the same bytes
--vary plain runs no variation.  --show prints what came out instead of comparing.
"""
import argparse
import copy
import difflib
import glob
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import build  # noqa: E402
import language  # noqa: E402

VARIATIONS = ("environment", "shuffle", "double", "report")
PLAIN = {"PATH": os.environ.get("PATH", ""), "TZ": "UTC", "LC_ALL": "C.UTF-8"}
ODD = dict(PLAIN, TZ="America/New_York", LC_ALL="tr_TR.UTF-8", LANG="tr_TR.UTF-8")
# Sanitizers are told what to do by the environment.
for key in os.environ:
    if key.endswith("SAN_OPTIONS"):
        PLAIN[key] = ODD[key] = os.environ[key]

# Findings that most cases have and few are about; @SHOW names those a case wants to see.
QUIET = {"orphan", "short_span"}


# ---- the program ----

class Outcome:
    def __init__(self, code, plan, errors):
        self.code, self.plan, self.errors = code, plan, errors


def call(program, run, vary=None):
    with tempfile.TemporaryDirectory(prefix="kisi-case-") as folder:
        if vary == "environment":
            folder = os.path.join(folder, "another", "folder")
            os.makedirs(folder)
        config = build.everything(folder, run.world, program, vary)
        out = os.path.join(folder, "plan.json")
        command = [program, "-c", config, "--now", run.world.now, "--snapshot", os.path.join(folder, "snapshot.json"),
                   "--json", out, "--report-dir", os.path.join(folder, "reports"), "--quiet", "plan"]
        done = subprocess.run(command + shlex.split(run.world.args), capture_output=True, text=True,
                              env=ODD if vary == "environment" else PLAIN, timeout=60, cwd="/")
        plan = None
        if os.path.exists(out):
            with open(out, encoding="utf-8") as stream:
                plan = json.loads(stream.read().replace(folder + "/", ""))
        if plan is not None and "no_plan" in plan:
            # It says so, and nothing else of a plan.
            assert plan["changes"] == [] and plan["no_plan"]["exit"] == done.returncode, plan["no_plan"]
            plan = None
        return Outcome(done.returncode, plan, done.stderr.replace(folder + "/", ""))


def contents(folder):
    """{name: bytes} of the files in a folder."""
    out = {}
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as stream:
            out[name] = stream.read()
    return out


def report_again(program, run):
    """What is wrong with workbook and document when `report` writes them again; nothing = good."""
    with tempfile.TemporaryDirectory(prefix="kisi-case-") as folder:
        config = build.everything(folder, run.world, program, None)
        places = [os.path.join(folder, name) for name in ("then", "again")]
        common = [program, "-c", config, "--quiet"]
        then = ["--now", run.world.now, "--snapshot", os.path.join(folder, "snapshot.json"), "plan"]
        for place, words in zip(places, (then + shlex.split(run.world.args), ["report"])):
            os.mkdir(place)
            done = subprocess.run(common + ["--report-dir", place, "--json", os.path.join(place, "plan.json")] + words,
                                  capture_output=True, text=True, env=PLAIN, timeout=60, cwd="/")
            if not contents(places[0]):
                return []
        first, second = map(contents, places)
        return ["%s differs: %s" % (name, done.stderr.strip()) for name in sorted(set(first) | set(second))
                if first.get(name) != second.get(name)]


# ---- plans as lines ----

def time(text, open_word):
    """Kisi's times to the minute; seconds only where there are some."""
    if text is None:
        return open_word
    return text[:-4] + "Z" if text.endswith(":00Z") else text


def span(interval):
    return "%s .. %s" % (time(interval["from"], "always"), time(interval["until"], "open"))


def change_line(change, show):
    parts = [change["action"] + " " + (change["email"] or "-")]
    if change["action"] != "create_user":
        parts.append(change.get("lock") or change["group"] or "-")
        if "name" in change:
            parts.append(change["name"])
        if change["action"] in ("grant", "adjust", "create_link", "create_schedule"):
            parts.append(span(change))
        if change["have"]:
            parts.append(("was " if change["action"] == "adjust" else "") + span(change["have"]))
        parts.append(("" if change["expected"] else "surprising ") + change["cause"])
    if "reasons" in show:
        parts.append("by " + ("; ".join(reason_text(reason) for reason in change["reasons"]) or "nothing"))
    held = "held(%s) " % change["guard"] if "guard" in change else ""
    return held + " | ".join(parts)


def reason_text(reason):
    record = reason["record"] or "row %d" % reason["row"]
    return "%s %s%s" % (reason["source"], record, " (%s)" % reason["rule"] if reason["rule"] else "")


def finding_line(finding, show):
    parts = ["finding " + finding["kind"]]
    if finding["email"] or finding["group"]:
        parts[0] += " " + (finding["email"] or "-")
    if finding["group"]:
        parts.append(finding["group"])
    if "text" in show:
        parts.append(finding["text"])
    return " | ".join(parts)


def guard_line(guard, show):
    figures = " %d of %d" % (guard["measured"], guard["limit"]) if guard["limit"] >= 0 else ""
    text = " | " + guard["text"] if "text" in show else ""
    return "guard %s%s%s%s" % (guard["guard"], " " + guard["scope"] if guard["scope"] else "", figures, text)


def lines_of(outcome, show):
    lines, plan = [], outcome.plan
    if plan is not None:
        lines += [change_line(change, show) for change in plan["changes"] + plan["held"]]
        lines += [finding_line(finding, show) for finding in plan["findings"]
                  if finding["kind"] not in QUIET or finding["kind"] in show]
        lines += ["reject %s:%d %s" % (reject["file"], reject["row"], reject["reason"])
                  for reject in plan["rejects"]]
        if "access" in show:
            lines += ["access " + " | ".join([entry["email"], entry["group"] or "group %d" % entry["group_id"], entry["via"],
                                              span(entry), entry["why"]]) for entry in plan["access"]]
        if "rights" in show:
            lines += ["right " + " | ".join([entry["email"], entry["group"] or "group %d" % entry["group_id"],
                                             entry["basis"], entry["why"], entry["can_unlock"]]) for entry in plan["access"]]
            lines += ["orphan %s | %s" % (orphan["email"], orphan["group"]) for orphan in plan["orphans"]]
        if "waiting" in show:
            lines += ["waits " + " | ".join([hit["email"], missing["group"], span(hit)])
                      for missing in plan["missing_groups"] for hit in missing["hit"]]
        if "mismatches" in show:
            lines += ["mismatch %s = %s | %d | %s" % (pair["email"], pair["kisi_email"], pair["score"], pair["evidence"]) +
                      (" | for %s" % pair["groups"] if "text" in show else "") for pair in plan["mismatches"]]
        if "guards" in show:
            lines += [guard_line(guard, show) for guard in plan["guards"] if guard["tripped"]]
    if "errors" in show:
        lines += ["error " + line for line in outcome.errors.strip().split("\n") if line]
    if outcome.code != 0:
        lines.append("exit %d" % outcome.code)
    return lines


# ---- what a variation must leave alone ----

def without_rows(plan):
    """Changes with their ids and order; findings and rejects as sets, since their order and texts follow rows."""
    plan = copy.deepcopy(plan)
    for change in plan["changes"] + plan["held"]:
        for reason in change["reasons"]:
            del reason["row"]
        change["reasons"] = sorted({json.dumps(reason, sort_keys=True) for reason in change["reasons"]})
    return {"plan": plan["plan"], "changes": plan["changes"], "held": plan["held"],
            "findings": sorted((f["kind"], f["email"] or "", f["group"] or "", f["id"]) for f in plan["findings"]),
            "waiting": sorted((m["group"], json.dumps(m["hit"])) for m in plan["missing_groups"]),
            "rejects": sorted({(r["source"], r["file"], r["reason"]) for r in plan["rejects"]}),
            "tripped": sorted((g["guard"], g["scope"] or "") for g in plan["guards"] if g["tripped"])}


def comparable(outcome, vary):
    if outcome.plan is None:
        # An export that may be accepted is named by its bytes, which shuffled rows change.
        return outcome.errors if vary == "environment" else re.sub(r"@[0-9a-f]{12}\b", "@", outcome.errors)
    if vary == "environment":
        return dict(outcome.plan, run=None)
    return without_rows(outcome.plan)


# ---- the tests ----

def difference(want, got, names=("expected", "found")):
    return list(difflib.unified_diff(want, got, names[0], names[1], lineterm="", n=30))


def compare_variation(plain, varied, vary):
    one, other = comparable(plain, vary), comparable(varied, vary)
    if plain.code == varied.code and one == other:
        return []
    texts = [json.dumps(value, indent=1, sort_keys=True).split("\n") for value in (one, other)]
    return ["exit %d, then %d" % (plain.code, varied.code)] + difference(*texts, ("plain", vary))


def check(program, run, variations):
    """(title, findings) of the run and of each variation; no findings = good."""
    results = []
    try:
        plain = call(program, run)
        got = lines_of(plain, run.world.show)
        wrong = difference(run.expect, got)
        if wrong and plain.errors:
            wrong += ["stderr: " + line for line in plain.errors.strip().split("\n")]
        results.append((run.title, wrong))
        for vary in variations:
            if vary in run.world.unlike:
                continue
            wrong = report_again(program, run) if vary == "report" else compare_variation(
                plain, call(program, run, vary), vary)
            results.append(("%s (%s)" % (run.title, vary), wrong))
    except (language.Wrong, subprocess.TimeoutExpired) as wrong:
        results.append((run.title, [str(wrong)]))
    return results


def show(program, runs):
    for run in runs:
        outcome = call(program, run)
        print("# " + run.title)
        print("\n".join(lines_of(outcome, run.world.show)))
        if outcome.errors:
            print(outcome.errors, end="")
        print()


def read_all(paths):
    """(runs, complaints about files that cannot be read)"""
    runs, complaints = [], []
    for path in sorted(paths):
        try:
            runs += language.read_case(path)
        except language.Wrong as wrong:
            complaints.append((os.path.basename(path), [str(wrong)]))
    return runs, complaints


def main():
    parser = argparse.ArgumentParser(description="Runs *.case files; TAP on stdout.")
    parser.add_argument("--vary", choices=("plain",) + VARIATIONS)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()
    program = os.path.abspath(os.environ.get("KISI_RECONCILE", "build/kisi-reconcile"))
    if not os.access(program, os.X_OK):
        print("Bail out! %s is not there: make it, or set KISI_RECONCILE" % program)
        return 1
    named = [name if os.path.exists(name) else os.path.join(HERE, name) for name in arguments.files]
    runs, results = read_all(named or glob.glob(os.path.join(HERE, "*.case")))
    if arguments.show:
        show(program, runs)
        return 0
    variations = {None: VARIATIONS, "plain": ()}.get(arguments.vary, (arguments.vary,))
    with ThreadPoolExecutor(max_workers=2) as pool:
        for done in pool.map(lambda run: check(program, run, variations), runs):
            results += done
    failed = 0
    print("1..%d" % len(results))
    for i, (title, wrong) in enumerate(results, 1):
        print("%sok %d - %s" % ("not " if wrong else "", i, title.replace("#", "")))
        for line in wrong:
            print("#   " + line)
        failed += bool(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
