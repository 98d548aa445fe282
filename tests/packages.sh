#!/bin/sh
# usage: tests/packages.sh [say]
# Installs the Debian packages that are missing; with `say`, and wherever it cannot, says which they are and the command that
# installs them, and fails.  BUILD_PACKAGES and CHECK_PACKAGES are set by the Makefile.
set -eu

missing=
for package in $BUILD_PACKAGES ${CHECK_PACKAGES-}; do
	if ! dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed; then
		missing="$missing $package"
	fi
done
if [ -z "$missing" ]; then
	# all are there, and yet something asked: a library is damaged, or pkg-config looks elsewhere
	[ "${1-}" = say ] || exit 0
	echo "libraries are not found by pkg-config, though their packages are installed: is PKG_CONFIG_PATH set?" >&2
	exit 1
fi

# Another apt-get at work (a nightly upgrade) is waited for.
wait="-o DPkg::Lock::Timeout=600"
install="apt-get update && apt-get $wait install -y --no-install-recommends$missing"

say_and_fail()
{
	{
		echo "$1"
		echo "    $2"
	} >&2
	exit 1
}

if ! command -v apt-get >/dev/null 2>&1; then
	say_and_fail "these Debian packages, or what they are called here, are missing; install them first:" "$missing"
fi
if [ "${1-}" = say ]; then
	say_and_fail "libraries are missing; as root, run:" "$install"
fi
if [ "$(id -u)" -eq 0 ]; then
	sudo=
elif command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
	sudo=sudo
else
	say_and_fail "packages are missing; as root, run:" "$install"
fi
echo "installing:$missing"
# The lists have a lock of their own, for which apt-get does not wait.
tries=60
until $sudo apt-get update -qq; do
	tries=$((tries - 1))
	if [ $tries -eq 0 ] || ! fuser /var/lib/apt/lists/lock >/dev/null 2>&1; then
		break
	fi
	sleep 5
done
# shellcheck disable=SC2086 # lists of words
DEBIAN_FRONTEND=noninteractive $sudo apt-get $wait install -y -qq --no-install-recommends $missing >/dev/null ||
	say_and_fail "packages could not be installed; as root, run:" "$install"
