#!/usr/bin/python3
"""The instrument itself: a calm day has no minute without a cause, and a fault put in has some."""

import datetime
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import life  # noqa: E402
from venue import PLANTS  # noqa: E402
from harness import Tap  # noqa: E402

DAY = datetime.date(2028, 9, 30)        # memberships end in the night after it
HOURS = (7, 16)
SIZE, SEED = 60, 2
# The opening of a venue is not what is asked here.
SETTINGS = {"guards": {"max_grants": "500"}}

tap = Tap()


# On its first day a venue opens, and no guard on gains holds anything yet.
LONGER = {"stuck": (2, (7, 40))}


def lived(plant=None):
    days, hours = LONGER.get(plant, (1, HOURS))
    return life.live(SIZE, SEED, days, calm=True, plant=plant, settings=SETTINGS, first=DAY, hours=hours)


calm = lived()
tap.equal("a calm day: no minute without a cause", calm.unexplained(), 0)
tap.ok("a calm day: everybody who could be known is let in", calm.let_in() == 1, calm.table())
tap.ok("a calm day: there is somebody to be let in", calm.starts["let in"] > 5, calm.table())
for name in PLANTS:
    result = lived(name)
    caught = result.total("lockout", needless=True) if name == "stuck" else result.unexplained()
    tap.ok(f"caught: {name}, {caught:.0f} minutes", caught > 0, result.table())
tap.done()
