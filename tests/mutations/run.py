#!/usr/bin/python3
"""Takes the safety rails away one by one, and sees that a test fails each time.  Speaks TAP.

usage: tests/mutations/run.py [--jobs N] [--list] [--show] [WORD ...]

With words only the rails in whose name, file or tests one of them stands.  --list names the rails and runs nothing;
--show also tells which tests failed.  The table (*.rails) and its language are in README.md beside this file.

Each job works in a copy of the tree of its own, in a temporary folder.  First the tests that the table names must pass
there as it is.  Then for each rail: change the file, build, run the tests that must see it, change it back.
"""
import argparse
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import table  # noqa: E402

BUILD = "build"
FLAGS = ["CFLAGS=-O1", "WARN=-std=c11 -w"]
PROGRAMS = [BUILD + "/kisi-reconcile", BUILD + "/kisi-sandbox"]
TIMEOUT = 240  # seconds a test may take; the slowest takes a tenth of it
RUNNING = set()  # process groups that end with this program


class Failed(Exception):
    """What was to be judged cannot be: the table, the build or the machine is at fault."""


def targets(test):
    """What must be built before the test can run."""
    unit = re.fullmatch(r"tests/unit/(\w+/test_\w+)\.c", test)
    return [BUILD + "/unit/" + unit.group(1)] if unit else PROGRAMS


def command(test):
    if test.endswith(".c"):
        return targets(test) + ["--tap", "-k"]
    if test.endswith(".case"):
        return ["/usr/bin/python3", "tests/cases/run.py", "--vary", "plain", os.path.basename(test)]
    return ["sh" if test.endswith(".sh") else "/usr/bin/python3", test]


def ignore(folder, names):
    """What is no source: what git keeps, and what builds leave at the top."""
    at_top = os.path.samefile(folder, table.TOP)
    return [name for name in names if name in (".git", "__pycache__") or at_top and name.startswith("build")]


class Hung(Failed):
    """A test that does not end."""


class Tree:
    """A copy of the source tree to build and test in."""

    def __init__(self, folder):
        self.top, self.temporary = os.path.join(folder, "tree"), os.path.join(folder, "tmp")
        os.mkdir(self.temporary)
        # Some tests look from the place of another user.
        for path in (os.path.dirname(folder), folder, self.temporary):
            os.chmod(path, 0o755)
        shutil.copytree(table.TOP, self.top, symlinks=True, ignore=ignore)
        self.env = dict(os.environ, TMPDIR=self.temporary, BUILD=BUILD, PYTHONDONTWRITEBYTECODE="1")
        for name, path in zip(("KISI_RECONCILE", "KISI_SANDBOX"), PROGRAMS):
            self.env[name] = os.path.join(self.top, path)
        for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
            self.env.pop(name, None)

    def call(self, words, timeout=None):
        """(exit code, output); the code is None when it took too long.  Whatever it started ends with it."""
        process = subprocess.Popen(words, cwd=self.top, env=self.env, stdin=subprocess.DEVNULL, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace",
                                   start_new_session=True)
        RUNNING.add(process.pid)
        try:
            output, _ = process.communicate(timeout=timeout)
            return process.returncode, output
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return None, process.communicate()[0]
        finally:
            RUNNING.discard(process.pid)

    def build(self, wanted):
        code, output = self.call(["make", "--no-print-directory", "BUILD=" + BUILD] + FLAGS + wanted)
        if code != 0:
            raise Failed("does not compile: " + output[-2000:])

    def test(self, test):
        """The lines of TAP that say what failed; none = it passed.  Raises Failed when that says nothing."""
        code, output = self.call(command(test), TIMEOUT)
        lines = output.split("\n")
        failed = [line for line in lines if line.startswith(("not ok", "Bail out!"))]
        if code is None:
            raise Hung("%s did not end within %d s" % (test, TIMEOUT))
        # A test of GLib ends with the first thing that is wrong; one that says nothing at all did not begin.
        if code != 0 and not any(line.startswith(("ok", "Bail out!")) for line in lines):
            raise Failed("%s: nothing works any more: %s" % (test, output[-1000:]))
        return failed or lines[-4:] if code != 0 else []

    def write(self, file, text):
        with open(os.path.join(self.top, file), "w", encoding="utf-8") as stream:
            stream.write(text)

    def judge(self, mutant):
        """({test: what failed}, tests that did not see it): with the rail taken away."""
        with open(os.path.join(self.top, mutant.file), encoding="utf-8") as stream:
            text = stream.read()
        self.write(mutant.file, mutant.change(text))
        try:
            self.build(sorted({target for test, _ in mutant.tests for target in targets(test)}))
            seen = [(test, title, self.outcome(mutant, test)) for test, title in mutant.tests]
        finally:
            self.write(mutant.file, text)
        caught = {test: failed for test, title, failed in seen if any(title in line for line in failed)}
        return caught, ["%s%s" % (test, " (but: %s)" % "; ".join(failed[:3]) if failed else "")
                        for test, title, failed in seen if not any(title in line for line in failed)]

    def outcome(self, mutant, test):
        try:
            return self.test(test)
        except Hung as why:
            if not mutant.may_hang:
                raise
            return [str(why) + title for title in [""] + [title for _, title in mutant.tests]]


def work(trees, items, do, done):
    """done(item, do(tree, item)) for all items, one thread a tree; in place of a result the Failed that do raised."""
    todo, one_at_a_time = queue.Queue(), threading.Lock()
    for item in items:
        todo.put(item)

    def loop(tree):
        while True:
            try:
                item = todo.get_nowait()
            except queue.Empty:
                return
            try:
                result = do(tree, item)
            except (Failed, table.Wrong) as why:
                result = why
            with one_at_a_time:
                done(item, result)
    threads = [threading.Thread(target=loop, args=(tree,)) for tree in trees]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def passes(tree, test):
    """Does the test pass with all rails in place?"""
    tree.build(targets(test))
    failed = tree.test(test)
    if failed:
        raise Failed("%s fails with all rails in place: %s" % (test, "; ".join(failed)))


def show(number, mutant, result, tell):
    """One line of TAP, and why; returns whether the rail is missed by a test that should miss it."""
    caught, blind = ({}, []) if isinstance(result, Exception) else result
    missed = isinstance(result, Exception) or bool(blind)
    print("%sok %d - %s" % ("not " if missed else "", number, mutant.rail))
    if missed:
        print("#   %s, %s: %s" % (mutant.where, mutant.file,
                                  "passes without it: " + ", ".join(blind) if blind else result))
    if tell:
        for test, failed in caught.items():
            print("#   %s: %s" % (test, "; ".join(failed[:4])))
    sys.stdout.flush()
    return missed


def run(mutants, trees, tell):
    broken, missed, count = {}, [], 0
    work(trees, sorted({test for mutant in mutants for test, _ in mutant.tests}), passes,
         lambda test, why: broken.update({test: why} if why else {}))

    def judge(tree, mutant):
        for test, _ in mutant.tests:
            if test in broken:
                raise broken[test]
        return tree.judge(mutant)

    def done(mutant, result):
        nonlocal count
        count += 1
        if show(count, mutant, result, tell):
            missed.append(mutant)
    print("1..%d" % len(mutants), flush=True)
    # One file after the other: putting a rail back and taking the next away is one compilation.
    work(trees, sorted(mutants, key=lambda mutant: mutant.file), judge, done)
    print("# %d of %d mutants caught" % (len(mutants) - len(missed), len(mutants)))
    for mutant in missed:
        print("# survivor: " + mutant.rail)
    return 1 if missed else 0


def give_up(folder):
    """Stopped from outside: leave nothing behind."""
    for group in list(RUNNING):
        os.killpg(group, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def main():
    parser = argparse.ArgumentParser(description="Takes the safety rails away one by one; TAP on stdout.")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("words", nargs="*")
    arguments = parser.parse_args()
    try:
        mutants = table.read(arguments.words)
        wrong = table.check(mutants)
    except table.Wrong as why:
        wrong = [str(why)]
    if wrong or not mutants:
        print("Bail out! " + ("; ".join(wrong) or "no rail of that name"))
        return 1
    if arguments.list:
        print("\n".join("%s: %s" % (mutant.file, mutant.rail) for mutant in mutants))
        return 0
    with tempfile.TemporaryDirectory(prefix="kisi-rails-") as folder:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: give_up(folder))
        trees = []
        for number in range(max(1, min(arguments.jobs, len(mutants)))):
            place = os.path.join(folder, str(number))
            os.mkdir(place)
            trees.append(Tree(place))
        return run(mutants, trees, arguments.show)


if __name__ == "__main__":
    sys.exit(main())
