#!/bin/sh
# Builds and tests this tree on Debian 13, in a root folder of its own (`make check-trixie`): its compiler and libraries are
# newer, and json-c reads more strictly there.  Where no such root can be made it says why, and that is no failure.
# PACKAGES: what the root needs.  TRIXIE: the folder; the root in it is kept for the next time.  What is to be run inside
# stands behind the name of this script.
set -eu
cd "$(dirname "$0")/.."
folder=${TRIXIE:-build-trixie}
root=$folder/root

skip() {
	echo "check-trixie: skipped: $*"
	exit 0
}

[ "$(id -u)" -eq 0 ] || skip "only root can enter another root folder"
command -v mmdebstrap >/dev/null 2>&1 || skip "mmdebstrap is missing: apt-get install mmdebstrap"
unshare --mount --pid --fork true 2>/dev/null || skip "this machine gives out no namespaces"

packages=$(echo "${PACKAGES:?}" | tr -s ' \t' ,)
if ! grep -qsx "$packages" "$folder/packages"; then
	rm -rf "$folder"
	mkdir -p "$folder"
	echo "check-trixie: making $root, about two minutes"
	mmdebstrap --quiet --variant=apt --include="$packages" trixie "$root" >"$folder/log" 2>&1 ||
		skip "no Debian 13 to be had here: $(tail -n 1 "$folder/log")"
	echo "$packages" >"$folder/packages"
fi

rm -rf "$root/tree"
mkdir -p "$root/tree"
git ls-files -z --cached --others --exclude-standard | tar --null -T - --ignore-failed-read -cf - | tar -xf - -C "$root/tree"
# The mounts go when the namespace goes.
# shellcheck disable=SC2016 # for the shell inside
exec unshare --mount --pid --fork sh -c '
	mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" || exit 1
	root=$1
	shift
	exec chroot "$root" env HOME=/tmp PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -c "cd /tree && exec \"\$@\"" sh "$@"' sh "$root" "$@"
