#!/bin/sh
# The sandbox before Kisi's own JavaScript client: prints TAP, or skips with the reason when node, npm or the
# package is not to be had.  Environment: KISI_SANDBOX (build/kisi-sandbox).
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
sandbox=${KISI_SANDBOX:-$here/../../build/kisi-sandbox}
client=kisi-client@8.0.0

skip()
{
	echo "1..0 # SKIP $1"
	exit 0
}

command -v node >/dev/null 2>&1 || skip "node is missing"
command -v npm >/dev/null 2>&1 || skip "npm is missing"

folder=$(mktemp -d)
pid=
cleanup()
{
	if [ -n "$pid" ]; then
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	fi
	rm -rf "$folder"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

npm install --no-audit --no-fund --silent --prefix "$folder" "$client" >"$folder/npm.log" 2>&1 ||
	skip "$client cannot be installed"

cat >"$folder/snapshot.json" <<'JSON'
{"format_version": 1, "organization": {"id": 9, "user_id": 42}, "groups": [{"id": 7}],
 "users": [{"id": 42, "email": "ann@example.org", "name": "Ann"}, {"id": 43, "email": "bo@example.org", "name": "Bo"},
           {"id": 44, "email": "dee@example.org", "name": "Dee"}]}
JSON

# The address comes through a pipe, so that reading it waits for the sandbox to be ready.
mkfifo "$folder/ready"
"$sandbox" --port=0 --snapshot="$folder/snapshot.json" --key=js-key --switch=rate=0 >"$folder/ready" &
pid=$!
read -r line <"$folder/ready" || { echo "Bail out! kisi-sandbox did not start"; exit 1; }

KISI_URL="${line##* }/" KISI_KEY=js-key NODE_PATH="$folder/node_modules" node "$here/kisi_client.test.mjs"
