#!/bin/sh
# The units of the service manager: verified by it, and confined.  `make install` puts them where it looks.
set -u
cd "$(dirname "$0")/../.." || exit 1

count=0
failed=0
ok() # NAME PASSED [DIAGNOSIS]
{
	count=$((count + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		printf '%s\n' "${3-}" | sed 's/^/# /'
		failed=1
	fi
}

folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
units=$folder/opt/lib/systemd/system

log=$(make -s install BUILD="${BUILD:-build}" DESTDIR="$folder" PREFIX=/opt 2>&1)
ok "make install" $? "$log"
names="kisi-reconcile kisi-reconcile-nightly kisi-reconcile-unlock"
for name in $names; do
	[ -f "$units/$name@.service" ] && [ -f "$units/$name@.timer" ]
	ok "$name@ is installed" $?
	grep -q "^ExecStart=/opt/bin/kisi-reconcile --instance %i " "$units/$name@.service"
	ok "$name@ starts what was installed, for its organisation" $?
	# all three are confined alike
	sed -n '/^User=/,$p' "$units/$name@.service" >"$folder/confined"
	log=$(sed -n '/^User=/,$p' "$units/kisi-reconcile@.service" | diff "$folder/confined" - 2>&1)
	[ -z "$log" ]
	ok "$name@ is confined" $? "$log"
done
grep -rq /usr/local "$units"
[ $? -eq 1 ]
ok "no unit names another prefix" $?

if command -v systemd-analyze >/dev/null 2>&1; then
	# verify wants the program to be there; a unit's documentation may be elsewhere
	for name in $names; do
		sed "s,^ExecStart=[^ ]*,ExecStart=/bin/true," "$units/$name@.service" >"$folder/$name@harbour.service"
		cp "$units/$name@.timer" "$folder/$name@harbour.timer"
	done
	log=$(systemd-analyze verify --man=no "$folder"/*.service "$folder"/*.timer 2>&1 | grep -F kisi-reconcile)
	[ -z "$log" ]
	ok "systemd-analyze verify finds nothing" $? "$log"
	log=$(systemd-analyze security --offline=yes --threshold=20 "$folder/kisi-reconcile@harbour.service" 2>&1)
	ok "systemd-analyze security: exposure at most 2.0" $? "$(printf '%s\n' "$log" | tail -3)"
else
	count=$((count + 2))
	echo "ok $((count - 1)) - systemd-analyze verify # SKIP no systemd-analyze here"
	echo "ok $count - systemd-analyze security # SKIP no systemd-analyze here"
fi
echo "1..$count"
exit $failed
