#!/bin/sh
# A machine that lacks something, and installing: what is missing is said before the first file is compiled, with the command
# that brings it; folders may have blanks; what was installed goes without a rest.
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

# says TEXT WORDS: the words stand in the text
says()
{
	printf '%s\n' "$1" | grep -qF -- "$2"
}

folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
unset MAKEFLAGS MFLAGS

# ---- a machine without the packages ----

# A Debian of which one package is not there, and a pkg-config that knows no library.
mkdir "$folder/bin"
cat >"$folder/bin/dpkg-query" <<'END'
#!/bin/sh
case "$*" in
*libjson-c-dev*) exit 1 ;;
*) echo installed ;;
esac
END
cat >"$folder/bin/pkg-config" <<'END'
#!/bin/sh
exit 1
END
cat >"$folder/bin/apt-get" <<'END'
#!/bin/sh
echo "apt-get $*" >>"$APT_LOG"
case "$*" in
*update*) [ ! -e "$APT_LOG.fails" ] ;;
esac
END
cat >"$folder/bin/id" <<'END'
#!/bin/sh
echo "${ID_SAYS:-0}"
END
cat >"$folder/bin/sudo" <<'END'
#!/bin/sh
exit 1
END
chmod +x "$folder/bin"/*
APT_LOG=$folder/apt.log
export APT_LOG
poor()
{
	env PATH="$folder/bin:$PATH" "$@" 2>&1 </dev/null
}

for target in all install; do
	log=$(poor make -s $target BUILD="$folder/build" DESTDIR="$folder/nothing") && log="it went well"
	says "$log" "install -y --no-install-recommends libjson-c-dev"
	ok "make $target without a library names the command that brings it" $? "$log"
	! says "$log" "cc  "
	ok "make $target says so before it compiles anything" $? "$log"
done
[ ! -e "$APT_LOG" ]
ok "neither installs anything by itself" $?

log=$(ID_SAYS=1000 poor make -s packages) && log="it went well"
says "$log" "apt-get update && apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends libjson-c-dev"
ok "who is not root is told the whole command" $? "$log"

log=$(poor make -s packages)
ok "root installs what is missing" $? "$log"
grep -q "Lock::Timeout=.* install .*libjson-c-dev" "$APT_LOG"
ok "and waits for another apt-get" $? "$(cat "$APT_LOG")"

: >"$APT_LOG.fails"
log=$(poor make -s packages)
ok "lists that cannot be renewed do not stop it" $? "$log"

cat >"$folder/bin/dpkg-query" <<'END'
#!/bin/sh
case "$*" in
*openpyxl*) exit 1 ;;
*) echo installed ;;
esac
END
: >"$APT_LOG"
log=$(poor make -s packages-build) && [ ! -s "$APT_LOG" ] && make -n demo | grep -q "BUILD_PACKAGES=" && ! make -n demo | grep -q openpyxl
ok "the demo needs no packages of the tests" $? "$log"

# ---- installing ----

build=${BUILD:-build}
there="$folder/a folder/with blanks"
log=$(make -s install BUILD="$build" DESTDIR="$there" PREFIX=/usr 2>&1)
ok "make install into a folder with blanks" $? "$log"
for program in kisi-reconcile kisi-sandbox; do
	"$there/usr/bin/$program" --version >/dev/null 2>&1
	ok "$program is installed, and runs" $?
done
(cd "$folder" && printf 'email,status\n' >p.csv && "$there/usr/bin/kisi-reconcile" describe p.csv >describe.txt 2>&1)
grep -q generic-people "$folder/describe.txt"
ok "it finds its profiles" $? "$(cat "$folder/describe.txt")"
log=$(make -s uninstall BUILD="$build" DESTDIR="$there" PREFIX=/usr 2>&1)
ok "make uninstall" $? "$log"
log=$(find "$there" -type f)
[ -z "$log" ]
ok "nothing is left of it" $? "$log"

echo "1..$count"
exit $failed
