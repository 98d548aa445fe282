#!/usr/bin/python3
"""Four days of a small venue in which everything happens that can: who stood before a closed door without need?

The bounds are what must hold, not what happened to come out.  `life.py --size 30 --days 4 --words --pieces FILE` tells the
same life hour by hour.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import life  # noqa: E402
from incidents import INCIDENTS  # noqa: E402
from harness import Tap  # noqa: E402

SIZE, SEED, DAYS = 30, 1, 4
MOST_UNEXPLAINED = 0            # minutes that nothing the program says answers for
MOST_NEEDLESS_LOCKOUT = 0       # minutes before a closed door by a hold, while nothing was wrong
MOST_NEEDLESS_STRANGER = 600    # minutes of access kept by a hold, while nothing was wrong
MOST_LOCKOUT = 6000             # all minutes before a closed door: machine off, ended by hand twice, damaged rows
MOST_STRANGER = 6000
LEAST_LET_IN = .95              # of those whose booking the last run could know when it began
MOST_MAILS_A_MONTH = 300        # one incident every three hours, each said about once
CODES = {0, 3}

tap = Tap()
result = life.live(SIZE, SEED, DAYS)


def at_most(name, found, most):
    tap.ok(f"{name}: {found:.0f}, at most {most}", found <= most)


tap.ok("no minute without a cause", result.unexplained() <= MOST_UNEXPLAINED,
       "\n".join(str(piece) for piece in result.pieces if life.UNEXPLAINED in piece))
at_most("minutes before closed doors, needlessly", result.total("lockout", needless=True), MOST_NEEDLESS_LOCKOUT)
at_most("minutes of access kept needlessly", result.total("stranger", needless=True), MOST_NEEDLESS_STRANGER)
at_most("minutes before closed doors", result.total("lockout"), MOST_LOCKOUT)
at_most("minutes of people who are not due", result.total("stranger"), MOST_STRANGER)
at_most("mails a month", result.mails_a_month(), MOST_MAILS_A_MONTH)
tap.ok(f"let in when their booking begins: {result.let_in():.3f}, at least {LEAST_LET_IN}", result.let_in() >= LEAST_LET_IN)
tap.ok("exit codes", result.codes.keys() <= CODES, result.codes)
tap.ok(f"there were people to let in: {result.starts['let in']}", result.starts["let in"] > 50, result.starts)
tap.equal("every incident happened", sorted(INCIDENTS.keys() - {name for _, name in result.world.log}), [])
for line in result.table().splitlines():
    print("#", line)
tap.done()
