#!/usr/bin/python3
"""The documents name what the program has: guards, findings, options, keys, exit codes; and their links lead somewhere."""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TOP, Tap, program  # noqa: E402

README_MOST = 8192      # bytes: one page
NAME = r'"([a-z_]+)"'

tap = Tap()


def text_of(*parts):
    return TOP.joinpath(*parts).read_text(encoding="utf-8")


PAGES = [TOP / "README.md", TOP / "HACKING.md", *sorted((TOP / "docs").glob("*.md"))]


# ---- what the source has ----

def all_found(pattern, texts):
    return {name for text in texts for name in re.findall(pattern, text)}


def rows(name, prefix):
    """The words of the table in model/NAME.c, whose rows are of PREFIX_..."""
    return set(re.findall(rf"\[{prefix}_\w+\] = \{{\s*" + NAME, text_of("model", name)))


def keys():
    """Of the table in model/config.c: (section, key) -> its default, as it would be written, or None."""
    names = {"SOURCE": "source NAME", "RULE": "rule NAME"}
    table = re.search(r"struct key keys\[\] = \{(.*?)\n\};", text_of("model", "config.c"), re.S)[1]
    found = re.findall(r'\{(?:"(\w+)"|(\w+)), "(\w+)", TYPE_\w+, (?:"(.*?)"|NULL|\.standard)', table)
    return {(section or names[of], key): standard or None for section, of, key, standard in found}


# ---- what the pages say ----

def told(title):
    """The names in the first column of the tables below headings that begin so."""
    parts = re.split(r"^### ", text_of("docs", "safety.md").split("## Names of guards and findings")[1].split("\n## ")[0],
                     flags=re.M)
    return {name for part in parts[1:] if part.startswith(title) for name in re.findall(r"^\| `(\w+)` \|", part, re.M)}


def same_names():
    for what, title, known in (("guards", "Guards", rows("guard.c", "GUARD")),
                               ("findings", "Findings", rows("finding.c", "FINDING"))):
        tap.ok(f"{what} were found in the source", len(known) > 15, sorted(known))
        tap.equal(f"{what} that docs/safety.md lacks", sorted(known - told(title)), [])
        tap.equal(f"{what} that are no more", sorted(told(title) - known), [])


def same_options():
    shown = subprocess.run([program("KISI_RECONCILE", "build/kisi-reconcile"), "--help"], stdout=subprocess.PIPE, text=True,
                           check=True).stdout
    page = text_of("docs", "commands.md")
    names = re.findall(r"^  (?:-\w, |    )?--([\w-]+)", shown, re.M)
    short = dict(zip(("config", "output", "quiet", "verbose"), ("-c", "-o", "-q", "-v")))
    lacks = [name for name in names if not re.search(rf"(?<![\w-])({short.get(name, '--' + name)}|--{name})(?![\w-])", page)]
    tap.ok("--help was understood", len(names) > 20, shown)
    tap.equal("options that docs/commands.md lacks", lacks, [])
    commands = re.findall(r"^  ([a-z-]+) ", shown.split("\nCommands:\n")[1].split("\n\n")[0], re.M)
    tap.equal("commands that docs/commands.md lacks", [name for name in commands if not re.search(
        rf"^    kisi-reconcile (?:\[-c CONFIG\] )?{name}\b", page, re.M)], [])
    codes = re.findall(r"EXIT_\w+ = (\d+)", text_of("base", "failure.h"))
    listed = re.findall(r"^\| (\d+) \|", page.split("\n## Exit codes")[1].split("\n## ")[0], re.M)
    tap.equal("the exit codes of docs/commands.md", sorted(map(int, listed)), sorted(map(int, codes)))


def told_keys():
    """Of the table in docs/configuration.md: (section, key) -> its default, or None where a row does not say one for each."""
    told, section = {}, None
    for line in re.findall(r"^\| (?:`\[|\| `).*$", text_of("docs", "configuration.md"), re.M):
        cells = [cell.strip() for cell in line.split("|")[1:4]]
        section = cells[0].strip("`[]") or section
        names, defaults = re.findall(r"`(\w+)`", cells[1]), re.findall(r"`([^`]*)`", cells[2])
        for i, name in enumerate(names):
            told[section, name] = defaults[i] if len(names) == len(defaults) else None
    return told


def same_keys():
    known, listed = keys(), told_keys()
    tap.ok("keys were found in the source", len(known) > 60, sorted(known))
    tap.equal("keys that docs/configuration.md lacks", sorted(set(known) - set(listed)), [])
    tap.equal("keys that are no more", sorted(set(listed) - set(known)), [])
    tap.equal("defaults that are not so", [(key, listed[key], default) for key, default in sorted(known.items())
                                           if default is not None and listed.get(key) != default], [])


# ---- links ----

def without_code(text):
    return re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)


def anchors(path):
    """As the sites that show Markdown make them of headings."""
    heads = re.findall(r"^#+ (.*)$", without_code(path.read_text(encoding="utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def broken(page):
    text = re.sub(r"`[^`\n]*`", "", without_code(page.read_text(encoding="utf-8")))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        place, _, anchor = target.partition("#")
        if re.match(r"\w+:", target):
            continue
        path = (page.parent / place).resolve() if place else page
        if not path.exists():
            yield f"{target}: no such file"
        elif anchor and anchor not in anchors(path):
            yield f"{target}: no such heading"


def links():
    for page in PAGES:
        tap.equal(f"links of {page.relative_to(TOP)} that lead nowhere", list(broken(page)), [])
    linked = all_found(r"\]\((docs/[\w-]+\.md)", [text_of("README.md")])
    pages = {str(page.relative_to(TOP)) for page in PAGES if page.parent.name == "docs"}
    tap.equal("README.md leads to every page of docs/", sorted(linked), sorted(pages))


def one_page():
    text = text_of("README.md")
    size = len(text.encode())
    tap.ok(f"README.md is one page: {size} bytes, at most {README_MOST}", size <= README_MOST)
    for words in ("make check", "make demo", "Nobody has run this against the live Kisi API yet"):
        tap.ok(f"README.md says: {words}", words in text)


same_names()
same_options()
same_keys()
links()
one_page()
tap.done()
