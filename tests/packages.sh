#!/bin/sh
# Installs the Debian packages that are missing; elsewhere says which ones are needed.
# BUILD_PACKAGES and CHECK_PACKAGES are set by the Makefile.
set -eu

missing=
for package in $BUILD_PACKAGES $CHECK_PACKAGES; do
	if ! dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed; then
		missing="$missing $package"
	fi
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
	echo "these Debian packages (or their like) are needed: $BUILD_PACKAGES $CHECK_PACKAGES" >&2
	exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
	sudo=
elif command -v sudo >/dev/null 2>&1; then
	sudo=sudo
else
	echo "run as root, or install these packages first:$missing" >&2
	exit 1
fi
echo "installing:$missing"
$sudo apt-get update -qq
# shellcheck disable=SC2086 # a list of words
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
