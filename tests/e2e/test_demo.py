#!/usr/bin/python3
"""The demo venue: its offline plan is the expected one, every planted drift is found, and its script runs to its end.

test_demo.py --write    writes fixtures/demo/expected-plan.txt anew; read the difference before it is committed
"""

import csv
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TOP, Sandbox, Tap, new_folder, program, run_program  # noqa: E402

DEMO = TOP / "fixtures" / "demo"
EXPECTED = DEMO / "expected-plan.txt"
NOW = "2026-11-16T07:30:00Z"
WAIT_SECONDS = 300

tap = Tap()


def offline_plan():
    folder = new_folder()
    shutil.copytree(DEMO, folder, dirs_exist_ok=True)
    run = run_program(["--now", NOW, "plan", "--snapshot", "kisi.json", "--json", "-"], folder=folder)
    tap.equal("the offline plan holds something back", run.code, 3)
    return json.loads(run.stdout)


# ---- the plan in short lines ----

def span(part):
    return f"{part['from'] or 'always'} .. {part['until'] or 'open'}"


def change_line(change):
    words = [change["action"], change["email"]]
    if change["group"]:
        words.append(f'"{change["group"]}"')
    if change["have"]:
        words.append(span(change["have"]))
    if change["action"] in ("grant", "adjust"):
        words += (["->"] if change["have"] else []) + [span(change)]
    return " ".join(words + [change["cause"]])


def finding_line(finding):
    words = ["finding", finding["kind"]]
    words += [finding["email"]] if finding["email"] else []
    words += [f'"{finding["group"]}"'] if finding["group"] else []
    # What has neither is told apart by the first thing that the text puts in quotes.
    named = re.search(r'"([^"]*)"', finding["text"])
    words += [named.group()] if len(words) == 2 and named else []
    return " ".join(words)


def reject_line(reject):
    """Rows are named by their id, so that a new row above them changes nothing."""
    with open(DEMO / "exports" / "london" / reject["file"], encoding="utf-8", newline="") as sheet:
        row = list(csv.reader(sheet))[reject["row"] - 1]
    return f"reject {reject['source']} {row[0]}"


def guard_line(guard):
    scope = f' "{guard["scope"]}"' if guard["scope"] else ""
    return f"guard {guard['guard']}{scope} holds {guard['held']}"


def short_lines(plan):
    yield from map(change_line, plan["changes"])
    yield from (f"held by {change['guard']}: {change_line(change)}" for change in plan["held"])
    yield from (guard_line(guard) for guard in plan["guards"] if guard["tripped"])
    for pair in plan["mismatches"]:
        yield f"mismatch {pair['email']} {pair['kisi_email']} {pair['evidence']}, {pair['score']}"
    for missing in plan["missing_groups"]:
        yield " ".join([missing["kind"], f'"{missing["group"]}"'] + sorted(hit["email"] for hit in missing["hit"]))
    yield from map(finding_line, plan["findings"])
    yield from map(reject_line, plan["rejects"])


# ---- checks ----

def check_expected(lines):
    wanted = EXPECTED.read_text(encoding="utf-8").splitlines()
    extra = [f"+ {line}" for line in lines if line not in wanted]
    lacking = [f"- {line}" for line in wanted if line not in lines]
    tap.ok("the plan is the expected one", lines == wanted, "\n".join(lacking + extra) or "another order")


def check_planted(lines):
    """Each row of the table in README.md: what it quotes begins a line; whom it wants silence about has no change."""
    loud_lines = [line for line in lines if line.split()[0] not in ("finding", "mismatch")]
    rows = re.findall(r"^\| (\d+) \| (.*?) \| .* \| (.*?) \|$", (DEMO / "README.md").read_text("utf-8"), re.M)
    for number, who, wanted in rows:
        said, _, silent = wanted.partition("silence:")
        lacking = [text for text in re.findall("`(.*?)`", said)
                   if not any((line + " ").startswith(text + " ") or line.startswith(text + ",") for line in lines)]
        loud = [line for text in re.findall("`(.*?)`", silent) for line in loud_lines if text in line.split()]
        tap.ok(f"planted {number}: {who}", wanted.strip() and not lacking and not loud,
               "\n".join([f"not said: {text}" for text in lacking] + [f"said: {line}" for line in loud]))
    tap.ok("the table was read", len(rows) >= 36, len(rows))


def check_generated():
    folder = new_folder()
    subprocess.run([sys.executable, "-B", DEMO / "generate.py", folder], check=True)
    made = [path.relative_to(folder) for path in sorted(pathlib.Path(folder).rglob("*.*")) if path.is_file()]
    differing = [str(path) for path in made if (pathlib.Path(folder) / path).read_bytes() != (DEMO / path).read_bytes()]
    tap.equal("the committed files are what generate.py writes", (len(made), differing), (10, []))


def held_by(snapshot):
    """(address, group) -> (from, until), in whole seconds, of every basic role of a user."""
    def second(text):
        return re.sub(r"\.\d+", "", text) if text else None
    return {(a["assignee"]["email"], a["applies_to"]["name"]): (second(a["valid_from"]), second(a["valid_until"]))
            for a in snapshot["role_assignments"]
            if a["role_id"] == "group_basic" and a["assignee_type"] == "User"}


def check_script(plan):
    folder = pathlib.Path(new_folder()) / "venue"
    build = os.path.dirname(program("KISI_RECONCILE", "build/kisi-reconcile"))
    done = subprocess.run(["sh", str(DEMO / "run.sh")], env={**os.environ, "BUILD": build, "DEMO_DIR": str(folder)},
                          capture_output=True, text=True, timeout=WAIT_SECONDS, check=False)
    if not tap.equal("run.sh ends well", done.returncode, 0):
        print(re.sub("^", "# ", done.stdout[-3000:] + done.stderr, flags=re.M))
        return
    before, after = (held_by(json.loads((folder / name).read_text("utf-8")))
                     for name in ("kisi.json", "kisi-after.json"))
    wanted = dict(before)
    for change in plan["changes"]:
        key = (change["email"], change["group"])
        if change["action"] in ("revoke", "cleanup"):
            del wanted[key]
        elif change["action"] in ("grant", "adjust"):
            wanted[key] = (change["from"], change["until"])
    tap.equal("Kisi holds what the offline plan wanted, and all that was held is untouched", after, wanted)
    second = json.loads((folder / "second-plan.json").read_text("utf-8"))
    tap.equal("what is held before the apply is held after it", sorted(map(change_line, second["held"])),
              sorted(map(change_line, plan["held"])))
    check_second_apply(folder)


def check_second_apply(folder):
    """Over what the first one left behind."""
    config = folder / "kisi-reconcile.ini"
    with Sandbox(str(folder / "kisi-after.json"), key=(folder / "api.key").read_text().strip(), now=NOW) as kisi:
        config.write_text(re.sub("(?m)^base_url .*", f"base_url = {kisi.url}", config.read_text("utf-8")), "utf-8")
        run = run_program(["--now", NOW, "apply"], folder=folder)
        tap.equal("a second apply changes nothing, and says nothing new", (run.code, kisi.writes()), (0, []))
        tap.ok("... and says that it was one", "Applied in run" in run.stdout and "nothing to do" in run.stdout,
               run.stdout[:200] + run.stderr)


def main():
    plan = offline_plan()
    lines = list(short_lines(plan))
    if sys.argv[1:] == ["--write"]:
        EXPECTED.write_text("\n".join(lines) + "\n", encoding="utf-8")
    check_expected(lines)
    check_planted(lines)
    check_generated()
    check_script(plan)
    tap.done()


main()
