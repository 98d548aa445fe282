"""The table of rails: what is taken away of the source, and which test must see it.  README.md says how it is written."""
import glob
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))


class Wrong(Exception):
    """The table is no good; says where and why."""


class Mutant:
    """One rail: its file and what is changed there; tests: (path, part of a title or "")."""

    def __init__(self, rail, where, file):
        self.rail, self.where, self.file = rail, where, file
        self.old, self.new, self.tests, self.may_hang = [], [], [], False

    def pattern(self):
        """What is looked for: the words as they stand, whatever blanks and line breaks are between them."""
        tokens = re.findall(r"\w+|[^\w\s]", " ".join(self.old))
        out = r"(?<!\w)" if re.match(r"\w", tokens[0]) else ""
        for one, following in zip(tokens, tokens[1:] + [""]):
            both_words = re.match(r"\w", one) and re.match(r"\w", following)
            out += re.escape(one) + (r"\s+" if both_words else r"\s*" if following else "")
        return out + (r"(?!\w)" if re.match(r"\w", tokens[-1]) else "")

    def change(self, text):
        """The text without the rail.  Raises Wrong unless what is taken away stands there exactly once."""
        places = list(re.finditer(self.pattern(), text))
        if len(places) != 1:
            raise Wrong("%s: the old text stands %d times in %s" % (self.where, len(places), self.file))
        # A statement that goes leaves an empty one, or an `if` before it would take the next.
        new = self.new or [";"] if self.old[-1].endswith(";") else self.new
        changed = text[:places[0].start()] + " ".join(new) + text[places[0].end():]
        if changed.split() == text.split():
            raise Wrong("%s: old and new are the same" % self.where)
        return changed


def read_lines(path):
    file, mutant, mutants = None, None, []
    with open(path, encoding="utf-8") as stream:
        lines = stream.read().split("\n")
    for number, line in enumerate(lines, 1):
        where = "%s:%d" % (os.path.relpath(path, TOP), number)
        word, _, rest = line.partition(" ")
        rest = rest.strip()
        if not line.strip() or line.startswith("#"):
            continue
        if word == "file:":
            file, mutant = rest, None
        elif word == "rail:" and file:
            mutant = Mutant(rest, where, file)
            mutants.append(mutant)
        elif mutant is None:
            raise Wrong(where + ": comes before `file:` and `rail:`")
        elif word == "-":
            mutant.old.append(rest)
        elif word == "+":
            mutant.new.append(rest)
        elif word == "test:":
            test, _, title = rest.partition(": ")
            mutant.tests.append((test, title))
        elif line == "may hang":
            mutant.may_hang = True
        else:
            raise Wrong("%s: not understood: %s" % (where, line))
    return mutants


def read(words=()):
    """All mutants in whose rail, file or tests one of the words stands; without words all of them."""
    mutants = [mutant for path in sorted(glob.glob(os.path.join(HERE, "*.rails"))) for mutant in read_lines(path)]
    for mutant in mutants:
        if not mutant.old or not mutant.tests:
            raise Wrong(mutant.where + ": needs a line that begins with `-`, and a test")
    return [mutant for mutant in mutants if not words or any(
        word in " ".join([mutant.rail, mutant.file] + [" ".join(test) for test in mutant.tests]) for word in words)]


def check(mutants, top=TOP):
    """What is wrong with the mutants: texts; none = each fits the source as it is, and its tests exist."""
    wrong = []
    for mutant in mutants:
        for path in [mutant.file] + [test for test, _ in mutant.tests]:
            if not os.path.isfile(os.path.join(top, path)):
                wrong.append("%s: there is no file %s" % (mutant.where, path))
                break
        else:
            with open(os.path.join(top, mutant.file), encoding="utf-8") as stream:
                text = stream.read()
            try:
                mutant.change(text)
            except Wrong as why:
                wrong.append(str(why))
            for test, title in mutant.tests:
                with open(os.path.join(top, test), encoding="utf-8") as stream:
                    if title not in stream.read():
                        wrong.append("%s: %s has no \"%s\"" % (mutant.where, test, title))
    rails = [mutant.rail for mutant in mutants]
    wrong += ["more than one rail is called \"%s\"" % rail for rail in sorted(set(rails)) if rails.count(rail) > 1]
    return wrong
