#!/bin/sh
# A million bookings through an offline dry run: wall and CPU seconds, peak memory, rows a second.  `make bench` runs it;
# BOOKINGS=100000 makes it smaller, RUNS=5 repeats it.  Not a test: machines differ.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
bookings=${BOOKINGS:-1000000}
folder=${BUILD:-$top/build}/bench/$bookings
program=${KISI_RECONCILE:-$top/build/kisi-reconcile}

if [ ! -f "$folder/kisi.json" ]; then
	echo "making $bookings bookings in $folder (once)"
	/usr/bin/python3 "$top/tests/bench/gen.py" "$folder" "$bookings"
fi
cp -R "$top/tests/bench/profiles" "$top/tests/bench/bench.ini" "$folder/"

/usr/bin/python3 - "$program" "$folder" "$bookings" "${RUNS:-3}" <<'PYTHON'
import glob, os, resource, subprocess, sys, time

program, folder, bookings, runs = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
command = [program, "-c", f"{folder}/bench.ini", "-q", "plan", "--snapshot", f"{folder}/kisi.json",
           "--now", "2026-10-20T03:00:00Z", "--json", f"{folder}/plan.json", "--report-dir", f"{folder}/reports"]
for _ in range(runs):
    for old in glob.glob(f"{folder}/bench.db*") + glob.glob(f"{folder}/reports/*"):
        os.remove(old)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    code = subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"exit {code}  wall {wall:6.2f} s  cpu {cpu:6.2f} s  peak {after.ru_maxrss / 1024:5.0f} MiB  "
          f"{bookings / wall:9.0f} bookings/s", flush=True)
    if code not in (0, 3):
        sys.exit(1)
PYTHON
