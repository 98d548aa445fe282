"""A program on a terminal of its own: as wide as asked for, with somebody who types."""

import fcntl
import os
import pty
import select
import struct
import termios
import time

from harness import WAIT_SECONDS, program


class Screen:
    """How it ended (code), and everything that it showed (text), in the order in which it did."""

    def __init__(self, code, text):
        self.code, self.text = code, text.replace("\r\n", "\n")


def on_terminal(args, folder, width=80, typed=None, env=None, until="Type yes"):
    """Run kisi-reconcile on a pseudo terminal; typed: a line that is typed once `until` is shown.  Returns a Screen."""
    command = program("KISI_RECONCILE", "build/kisi-reconcile")
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        for name in ("NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"):
            os.environ.pop(name, None)
        os.environ.update({"TERM": "xterm", **(env or {})})
        time.sleep(0.1)  # until the window has its size
        os.execv(command, [command, *map(str, args)])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    shown, deadline = b"", time.monotonic() + WAIT_SECONDS
    while True:
        ready = select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0]
        try:
            data = os.read(terminal, 65536) if ready else b""
        except OSError:
            data = b""
        if not data:
            break
        shown += data
        if typed is not None and until.encode() in shown:
            os.write(terminal, typed.encode())
            typed = None
    os.close(terminal)
    return Screen(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode())
