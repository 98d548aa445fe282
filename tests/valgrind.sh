#!/bin/sh
# The demo, and every command that it leaves out, under valgrind: nothing may be read that was not set, nothing read or
# written beyond its end, no memory lost for good.  Minutes long; what valgrind says is left in build/valgrind/*.log.
# BUILD: folder of the programs (build).
set -eu

cd "$(dirname "$0")/.."
build=${BUILD:-build}
out=$build/valgrind
venue=$out/demo
now=2026-11-16T07:30:00Z

command -v valgrind >/dev/null || {
	echo "valgrind.sh: no valgrind here: apt-get install valgrind" >&2
	exit 1
}
rm -rf "$out"
mkdir -p "$out"
ln -s "$PWD/$build/kisi-sandbox" "$out/kisi-sandbox"
# 99 is no exit code of the program.  Which caches GLib and libcurl keep to the end is "still reachable", and theirs.
cat >"$out/kisi-reconcile" <<END
#!/bin/sh
exec valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --show-leak-kinds=definite \\
    --log-file="$PWD/$out/%p.log" "$PWD/$build/kisi-reconcile" "\$@"
END
chmod +x "$out/kisi-reconcile"

failed=0
runs=0

# run EXIT ARGUMENT...: one more run, whose exit code is known
run() {
	expected=$1
	shift
	code=0
	runs=$((runs + 1))
	"$out/kisi-reconcile" "$@" >"$out/stdout" 2>"$out/stderr" || code=$?
	[ "$code" -eq "$expected" ] && return
	echo "exit $code, not $expected: $*" >&2
	tail -n 5 "$out/stderr" >&2
	failed=1
}

BUILD=$out DEMO_DIR=$venue sh fixtures/demo/run.sh >"$out/demo.log" 2>&1 || {
	tail -n 5 "$out/demo.log" >&2
	failed=1
}

# What the demo leaves out, with what it left behind; relative paths start at the configuration's folder.
config=$venue/kisi-reconcile.ini
snapshot=$venue/kisi-after.json
at() {
	expected=$1
	shift
	run "$expected" -c "$config" --now $now "$@"
}
# newest COMMAND: the id of its newest run
newest() {
	"$build/kisi-reconcile" -c "$config" history | awk -v command="$1" '$3 == command { print $1; exit }'
}

# A second morning, with a state of its own: what else is asked of Kisi.
mkfifo "$out/ready"
"$build/kisi-sandbox" --snapshot "$venue/kisi.json" --key-file "$venue/api.key" --now $now --switch rate=0 >"$out/ready" &
sandbox=$!
trap 'kill $sandbox 2>/dev/null || true' EXIT
read -r line <"$out/ready"
sed -e "s|^base_url .*|base_url     = ${line##* }|" -e 's|^database .*|database = second.db|' \
    fixtures/demo/kisi-reconcile.ini >"$venue/second.ini"
config=$venue/second.ini
at 0 snapshot -o "$out/saved.json"
at 3 plan -q --json "$out/plan.json"
at 3 apply -q "$out/plan.json"
at 3 revert -q "$(newest apply)"
at 3 revert -q --apply "$(newest apply)"
at 0 verify
kill $sandbox
config=$venue/kisi-reconcile.ini
at 3 check --snapshot "$snapshot"
at 3 plan --snapshot "$snapshot" --json "$venue/plan.json" -v
at 69 apply "$venue/plan.json"
at 0 unlock-due
for person in mira.lindqvist@example.org example.org nobody; do
	code=0
	"$out/kisi-reconcile" -c "$config" --now $now why "$person" --json "$venue/why.json" >/dev/null 2>&1 || code=$?
	runs=$((runs + 1))
	[ "$code" -le 1 ] || failed=1
done
at 0 report --report-dir "$out/reports" --json "$venue/again.json"
at 0 history
at 0 history --json "$venue/history.json" "$(newest apply)"
at 0 verify
at 0 same mira.lindqvist@example.org mira@example.net
at 0 same mira.lindqvist@example.org mira@example.net
at 0 different mira.lindqvist@example.org mira@example.com --reason "two of them"
at 64 same mira.lindqvist@example.org mira@example.com
at 0 protect mira@example.com --until 2099-12-31
at 0 accept 4f1c09ab77de
at 3 plan -q --snapshot "$snapshot"
run 0 --now $now --snapshot "$snapshot" init -o "$out/init.ini" "$venue"/exports/*/*
for file in "$venue"/exports/*/* fixtures/sources/*/ok-*; do
	code=0
	runs=$((runs + 1))
	"$out/kisi-reconcile" --now $now describe "$file" >/dev/null 2>&1 || code=$?
	# 65: nobody could tell by that sample alone what it is
	[ $code -eq 0 ] || [ $code -eq 65 ] || {
		echo "exit $code: describe $file" >&2
		failed=1
	}
done

find "$out" -name '*.log' -size 0 -delete
echo "$runs runs and the demo under valgrind: $([ $failed -eq 0 ] && echo clean || echo "look at $out/*.log")"
exit $failed
