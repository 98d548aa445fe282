"""Reading *.case files: blocks, shared parts and the runs they ask for.  What the blocks mean: README.md."""
import os
import re

SINGLE = ("NOW", "ARGS", "SHOW", "ORDERED", "COUNTED")
BLOCKS = SINGLE + ("CASE", "CONFIG", "SET", "FILE", "FILE+", "KISI", "KISI+", "STATE", "EXPECT")


class Wrong(Exception):
    """A case file that cannot be read."""


class Run:
    """One call of the program and what must come of it."""

    def __init__(self, title, world, expect, line):
        self.title, self.world, self.expect, self.line = title, world, expect, line


class World:
    """Everything one call is given; blocks change it as they come."""

    def __init__(self):
        self.now, self.args, self.show = None, "", set()
        self.unlike = set()  # variations that mean something else here
        self.config, self.files, self.kisi, self.state = [], {}, [], []

    def copy(self):
        other = World()
        other.now, other.args, other.show, other.unlike = self.now, self.args, set(self.show), set(self.unlike)
        other.config = [(title, list(lines)) for title, lines in self.config]
        other.files = {name: (rest, list(lines)) for name, (rest, lines) in self.files.items()}
        other.kisi, other.state = list(self.kisi), list(self.state)
        return other


def meaning(lines):
    """Lines without comments and blank ones."""
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def sections(lines):
    out = []
    for line in meaning(lines):
        if line.startswith("["):
            out.append((line.strip("[] "), []))
        elif out:
            out[-1][1].append(line)
        else:
            raise Wrong("a key before the first [section]: " + line)
    return out


def set_key(config, line):
    """`[section] key = value`, or `[section]` alone to have an empty one; `key =` with nothing takes the key away."""
    match = re.fullmatch(r"\[([^\]]+)\]\s*(?:([a-z_]+)\s*=\s*(.*))?", line)
    if not match:
        raise Wrong("@SET wants [section] key = value: " + line)
    title, key, value = match.groups()
    found = next((lines for name, lines in config if name == title), None)
    if found is None:
        found = []
        config.append((title, found))
    if key is None:
        return
    found[:] = [old for old in found if not re.match(re.escape(key) + r"\s*=", old)]
    if value:
        found.append("%s = %s" % (key, value))


def file_lines(lines):
    """Content as it is, without the blank lines that separate it from the next block."""
    lines = [line[1:] if line.startswith("\\@") else line for line in lines]
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def take(world, word, rest, lines):
    if word == "NOW":
        world.now = rest
    elif word == "ARGS":
        world.args = rest
    elif word == "SHOW":
        world.show |= set(rest.split())
    elif word == "ORDERED":
        world.unlike.add("shuffle")
    elif word == "COUNTED":
        world.unlike.add("double")
    elif word == "CONFIG":
        world.config = sections(lines)
    elif word == "SET":
        for line in meaning(lines):
            set_key(world.config, line)
    elif word in ("FILE", "FILE+"):
        name, _, options = rest.partition(" ")
        if not name:
            raise Wrong("@FILE without a name")
        if word == "FILE+":
            old = world.files.get(name)
            if old is None:
                raise Wrong("@FILE+ of an unknown file: " + name)
            world.files[name] = old[0] + " " + options, old[1] + file_lines(lines)
        else:
            world.files[name] = options, file_lines(lines)
    elif word == "KISI":
        world.kisi = meaning(lines)
    elif word == "KISI+":
        world.kisi += meaning(lines)
    elif word == "STATE":
        world.state = meaning(lines)


def blocks(path):
    """(word, rest of the line, lines, line number), in order."""
    found = []
    with open(path, encoding="utf-8") as stream:
        for number, line in enumerate(stream.read().split("\n"), 1):
            match = re.match(r"@(\S+)\s*(.*)$", line)
            if match:
                if match.group(1) not in BLOCKS:
                    raise Wrong("line %d: no block is called @%s" % (number, match.group(1)))
                found.append((match.group(1), match.group(2).strip(), [], number))
            elif found:
                found[-1][2].append(line)
            elif line.strip() and not line.startswith("#"):
                raise Wrong("line %d: text before the first block" % number)
    return found


def read_case(path):
    """The runs of a case file, in order."""
    shared = world = World()
    name, title, runs = os.path.basename(path)[:-len(".case")], "", []
    for word, rest, lines, number in blocks(path):
        try:
            if word == "CASE":
                title, world = rest, shared.copy()
            elif word == "EXPECT":
                label = ": ".join(part for part in (name, title, rest) if part)
                runs.append(Run(label, world.copy(), meaning(lines), number))
            else:
                take(world, word, rest, lines)
                if word in SINGLE and meaning(lines):
                    raise Wrong("@%s has no lines" % word)
        except Wrong as wrong:
            raise Wrong("line %d: %s" % (number, wrong)) from None
    if not runs:
        raise Wrong("nothing is expected")
    return runs
