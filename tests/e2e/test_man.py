#!/usr/bin/python3
"""The man pages say what the programs do: every command, option, exit code and variable, and nothing that is gone."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TOP, Tap, new_folder, program  # noqa: E402

PROGRAMS = {"kisi-reconcile": program("KISI_RECONCILE", "build/kisi-reconcile"),
            "kisi-sandbox": program("KISI_SANDBOX", "build/kisi-sandbox")}

tap = Tap()


def page(name):
    return (TOP / "man" / f"{name}.1").read_text(encoding="utf-8")


def help_of(name):
    return subprocess.run([PROGRAMS[name], "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout


def options(text):
    """Of a --help: long and short ones, without their dashes."""
    lines = re.findall(r"^  (?:-(\w), |    )?--([\w-]+)", text, re.M)
    return {word for line in lines for word in line if word}


def items(text):
    """Of a page: the options that have an item of their own in its list."""
    lines = [line for line in text.splitlines() if line.startswith(".It Fl ")]
    return {word.lstrip("-") for line in lines for word in re.findall(r"Fl (-?[\w-]+)", line)}


def same_options(name):
    told, known = items(page(name)), options(help_of(name))
    tap.ok(f"{name}: --help was understood", {"help", "now", "version"} <= known, str(known))
    tap.equal(f"{name}: options that the page lacks", sorted(known - told), [])
    tap.equal(f"{name}: options that are no more", sorted(told - known), [])


def same_commands():
    listed = help_of("kisi-reconcile").split("\nCommands:\n")[1].split("\n\n")[0]
    known = re.findall(r"^  ([a-z-]+) ", listed, re.M)
    told = re.findall(r"^\.It Cm ([a-z-]+)", page("kisi-reconcile"), re.M)
    tap.equal("the commands, in the same order", told, known)
    synopsis = page("kisi-reconcile").split(".Sh SYNOPSIS")[1].split(".Sh DESCRIPTION")[0]
    used = {word for line in re.findall(r"^\.Cm (.*)$", synopsis, re.M) for word in re.findall(r"[a-z-]+", line)}
    tap.equal("and in the synopsis", sorted(used), sorted(known))


def same_exit_codes():
    header = (TOP / "base" / "failure.h").read_text(encoding="utf-8")
    known = sorted(int(code) for code in re.findall(r"EXIT_\w+ = (\d+)", header))
    told = [int(code) for code in re.findall(r"^\.It (\d+)$", page("kisi-reconcile"), re.M)]
    tap.ok("there are exit codes", len(known) > 5, header)
    tap.equal("the exit codes", told, known)


def same_environment():
    sources = [path.read_text(encoding="utf-8") for path in TOP.glob("[a-z]*/*.c")]
    known = {name for text in sources for name in re.findall(r'getenv\("(\w+)"\)', text)}
    told = set(re.findall(r"^\.It Ev (\w+)$", page("kisi-reconcile"), re.M))
    tap.equal("the variables", sorted(told), sorted(known))


def clean(name):
    path = TOP / "man" / f"{name}.1"
    if shutil.which("groff") is None or not pathlib.Path("/usr/share/groff/current/tmac/mdoc.tmac").exists():
        tap.skip(f"{name}: groff has nothing to say", "no groff with its mdoc macros")
        return
    run = subprocess.run(["groff", "-mdoc", "-Tutf8", "-z", "-ww", str(path)], stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True, check=False)
    tap.equal(f"{name}: groff has nothing to say", [run.returncode, run.stdout], [0, ""])


def installed():
    folder = pathlib.Path(new_folder())
    build = pathlib.Path(PROGRAMS["kisi-reconcile"]).parent
    run = subprocess.run(["make", "-s", "-o", str(build / "kisi-reconcile"), "install", f"BUILD={build}",
                          f"DESTDIR={folder}", "PREFIX=/usr"], cwd=TOP, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True, check=False)
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    for path in ("usr/bin/kisi-reconcile", "usr/share/man/man1/kisi-reconcile.1", "usr/share/man/man1/kisi-sandbox.1",
                 "usr/share/doc/kisi-reconcile/README.md", "usr/share/doc/kisi-reconcile/crontab.example",
                 "usr/share/kisi-reconcile/profiles/generic-bookings.ini"):
        tap.ok(f"make install: {path}", path in found, run.stdout)
    pages = folder / "usr/share/doc/kisi-reconcile"
    texts = [pages / "README.md", *pages.glob("docs/**/*.md")]
    dead = [f"{page.relative_to(pages)}: {link}" for page in texts
            for link in re.findall(r"\]\(([^)#:]+)[^):]*\)", page.read_text(encoding="utf-8"))
            if not (page.parent / link).exists()]
    tap.equal("make install: the pages' links lead to what is installed", (len(texts) > 5, dead), (True, []))


for each in PROGRAMS:
    same_options(each)
    clean(each)
same_commands()
same_exit_codes()
same_environment()
installed()
tap.done()
