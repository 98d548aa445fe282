#!/usr/bin/python3
"""The workbook over whole runs: which runs leave one, what it says, and that workbook, JSON, why and check agree."""

import json
import os
import pathlib
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import openpyxl  # noqa: E402

from harness import Sandbox, Tap, new_folder, run_program, snapshot  # noqa: E402

tap = Tap()
NOW = "2026-11-16T07:30:00Z"
LATER = "2026-11-16T08:30:00Z"
CONFIG = """[kisi]
base_url = {url}
api_key_file = api.key
rate = 1000/s
[guards]
max_age = 9999d
max_clock = 9999d
{more}
[source members]
profile = generic-memberships
file = members.csv
timezone = UTC
[rule desk]
plan = *
group = Desk
"""
HEAD = "membership_id,email,company,plan,start,end,status,freeze_start,freeze_end\n"
ROWS = "m1,ada@example.com,,Desk,2026-01-01,,active,,\nm2,ben@example.com,,Desk,2026-01-01,,active,,\n"
HEADER = 4


def organisation():
    users = [{"id": 1, "email": "owner@example.com", "name": "Olga Owner"},
             {"id": 5, "email": "ada@example.com", "name": "Ada Moss"},
             {"id": 6, "email": "ben@example.com", "name": "Ben Hall", "access_enabled": False},
             {"id": 7, "email": "cem@example.com", "name": "Cem Kaya"}]
    rights = [{"id": 100, "role_id": "group_basic", "applies_to_type": "Group", "applies_to_id": 11,
               "assignee_type": "User", "assignee_id": 6},
              {"id": 101, "role_id": "group_basic", "applies_to_type": "Group", "applies_to_id": 11,
               "assignee_type": "User", "assignee_id": 7, "created_by_type": "User", "created_by_id": 1,
               "created_at": "2026-11-01T08:00:00Z"}]
    return snapshot(users=users, role_assignments=rights, groups=[{"id": 11, "name": "Desk"}],
                    locks=[{"id": 20, "name": "Front door", "online": True}],
                    group_locks=[{"id": 30, "group_id": 11, "lock_id": 20}])


class Venue:
    def __init__(self, kisi, more=""):
        self.folder = new_folder()
        self.write("api.key", "sandbox-key\n")
        self.write("kisi-reconcile.ini", CONFIG.format(url=kisi.url, more=more))
        self.write("members.csv", HEAD + ROWS)

    def write(self, name, text):
        path = pathlib.Path(self.folder) / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def run(self, *words, now=NOW):
        path = pathlib.Path(self.folder) / "plan.json"
        path.unlink(missing_ok=True)
        run = run_program(["-q", "--now", now, "--json", "plan.json", *words], folder=self.folder)
        run.plan = json.loads(path.read_text()) if path.exists() else None
        return run

    def books(self, folder="reports"):
        return sorted(path.name for path in (pathlib.Path(self.folder) / folder).glob("*"))

    def book(self, name, folder="reports"):
        return openpyxl.load_workbook(pathlib.Path(self.folder) / folder / name)


def rows(sheet):
    """Rows of a table sheet as {title: value}."""
    titles = [cell.value for cell in sheet[HEADER]]
    return [dict(zip(titles, [cell.value for cell in row])) for row in sheet.iter_rows(min_row=HEADER + 1)]


def words(sheet):
    return " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def which_runs():
    with Sandbox(organisation(), now=NOW) as kisi:
        venue = Venue(kisi)
        first = venue.run("apply")
        name = f"access-review-2026-11-16-0730-{first.plan['run'][:8]}.xlsx"
        tap.equal("an apply that changes something leaves one, named by its as-of and run", venue.books(), [name])
        again = venue.run("apply", now=LATER)
        tap.equal("one in which nothing happens leaves none", (again.plan["changes"], venue.books()), ([], [name]))
        asked = venue.run("apply", "--report-dir", "other", now=LATER)
        tap.equal("but where it is asked for", venue.books("other"),
                  [f"access-review-2026-11-16-0830-{asked.plan['run'][:8]}.xlsx"])
        report = venue.run("report", again.plan["run"], "--report-dir", "again", now=LATER)
        tap.equal("report makes it", (report.code, len(venue.books("again"))), (0, 1))
        dry = venue.run("plan", "--sheets", "changes", "--report-dir", "few", now=LATER)
        tap.equal("--sheets changes", venue.book(venue.books("few")[0], "few").sheetnames, ["Changes made", "Held back"])
        venue.run("report", dry.plan["run"], "--report-dir", "whole", now=LATER)
        tap.equal("report makes the whole one", len(venue.book(venue.books("whole")[0], "whole").sheetnames), 16)
        tap.equal("another selection is refused", venue.run("plan", "--sheets", "some").code, 64)
        never = Venue(kisi, "[reports]\nworkbook = no\n")
        never.run("plan", now=LATER)
        tap.equal("[reports] workbook = no", (pathlib.Path(never.folder) / "reports").exists(), False)
        nightly = Venue(kisi, "[reports]\nworkbook = nightly\n")
        nightly.run("plan", now=LATER)
        nightly.run("plan", now=LATER)
        tap.equal("[reports] workbook = nightly: the first of the day", len(nightly.books()), 1)
        kept = Venue(kisi, "[reports]\nkeep = 30d\n")
        (pathlib.Path(kept.folder) / "reports").mkdir(mode=0o700)
        for name in ("access-review-2020-01-01-0000-00000000.xlsx", "mine.xlsx"):
            kept.write("reports/" + name, "x")
            os.utime(pathlib.Path(kept.folder) / "reports" / name, (1577836800, 1577836800))
        kept.run("plan", now=LATER)
        tap.equal("[reports] keep: old ones go, and nothing else", ("mine.xlsx" in kept.books(), len(kept.books())), (True, 2))


def no_plan():
    with Sandbox(organisation(), now=NOW) as kisi:
        venue = Venue(kisi)
        venue.run("apply")
        fresh = Venue(kisi)
        fresh.write("members.csv", "no table\n")
        run = fresh.run("plan")
        tap.equal("input refused: JSON says that there is no plan",
                  (run.code, run.plan["changes"], run.plan["no_plan"]["exit"]), (65, [], 65))
        tap.ok("and why", "members.csv" in run.plan["no_plan"]["reason"], run.plan["no_plan"])
        tap.equal("the reason stands beside the source",
                  [(source["refused"], "header not matched" in source["reason"]) for source in run.plan["sources"]],
                  [(True, True)])
        tap.ok("page 1 says so", "THIS RUN CAME TO NO PLAN" in words(fresh.book(fresh.books()[-1])["Summary"]), fresh.books())
        tap.equal("its matters", [row["What"] for row in rows(fresh.book(fresh.books()[-1])["To decide"])],
                  ["The run came to no plan"])
        fresh.write("saved.json", json.dumps(run.plan))
        tap.equal("and cannot be applied", fresh.run("apply", "saved.json").code, 65)
        fresh.run("report", "--report-dir", "again")
        first, second = (pathlib.Path(fresh.folder) / folder / name
                         for folder, name in (("reports", fresh.books()[0]), ("again", fresh.books("again")[0])))
        tap.ok("report makes the same again, byte for byte", first.read_bytes() == second.read_bytes(), (first, second))
        url = kisi.url
    run = venue.run("apply", now=LATER)
    tap.equal("Kisi is gone: JSON says that there is no plan",
              (run.code, run.plan["changes"], run.plan["no_plan"]["exit"]), (69, [], 69))
    tap.ok("page 1 says so", any("THIS RUN CAME TO NO PLAN" in words(venue.book(name)["Summary"]) for name in venue.books()),
           (venue.books(), url))


def agreement():
    """What is said of one person is the same, whoever says it."""
    with Sandbox(organisation(), now=NOW) as kisi:
        venue = Venue(kisi)
        run = venue.run("apply")
        review = {row["E-mail"]: row for row in rows(venue.book(venue.books()[-1])["Access review"])}
        rights = {right["email"]: right for right in run.plan["access"]}
        for email, basis, can in (("ada@example.com", "membership", "Yes"),
                                  ("ben@example.com", "membership", "No: switched off in Kisi")):
            tap.equal(f"{email}: workbook and JSON", (review[email]["Basis"], review[email]["Can they unlock?"],
                                                     rights[email]["basis"], rights[email]["can_unlock"]),
                      (basis, can, basis, can))
        why = venue.run("why", "ben@example.com")
        tap.ok("why says the same of who is switched off", "switched off" in why.stdout or "switched_off" in str(why.plan),
               why.stdout)
        check = run_program(["--now", NOW, "check"], folder=venue.folder)
        tap.ok("and so does check", "switched off" in check.stdout and "ben@example.com" in check.stdout, check.stdout)
        tap.ok("what was taken is listed no more", "cem@example.com" not in review and "cem@example.com" not in rights, review)
        tap.equal("nor is it an orphan", run.plan["orphans"], [])
        made = [(row["Person"], row["What"], row["Outcome"])
                for row in rows(venue.book(venue.books()[-1])["Changes made"])]
        tap.ok("it stands on Changes made", ("Cem Kaya", "removed", "made and read back") in made, made)
        decide = [(row["What"], row["Who"]) for row in rows(venue.book(venue.books()[-1])["To decide"])]
        tap.equal("who cannot unlock is to be decided", decide, [("Should get in, cannot unlock", "Ben Hall")])


which_runs()
no_plan()
agreement()
tap.done()
