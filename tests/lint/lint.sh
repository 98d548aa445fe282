#!/bin/sh
# The rules that a compiler does not know, as TAP: who includes whom, which functions are banned where, how long
# things may be, and how files look.  The tables beside this file say what is allowed; run from the top folder.
#
# usage: tests/lint/lint.sh
set -u
cd "$(dirname "$0")/../.." || exit 1
LC_ALL=C
export LC_ALL

here=tests/lint
folders=$(sed -n 's/^\([a-z]*\):.*/\1/p' $here/layers.txt)
functions_max=80
file_max=800
packages="glib-2.0 json-c libcurl sqlite3 xlsxwriter libidn2 libmicrohttpd libical"
count=0
failed=0

# result NAME FINDINGS: one TAP line; without findings it is fine
result()
{
	count=$((count + 1))
	if [ -z "$2" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		printf '%s\n' "$2" | sed 's/^/#   /'
		failed=1
	fi
}

skip()
{
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# every file of the project, whether git is there or not
project_files()
{
	if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
		git ls-files -co --exclude-standard | while read -r file; do
			[ -f "$file" ] && echo "$file"
		done
	else
		find . \( -name .git -o -path './build*' \) -prune -o -type f -print | sed 's,^\./,,'
	fi
}

all=$(project_files | sort)
sources=$(for folder in $folders; do printf '%s\n' "$all" | grep "^$folder/[^/]*\.[ch]\$"; done)
code=$(mktemp) || exit 1
trap 'rm -f "$code"' EXIT

# $sources and the like are lists of plain names, to be split
# shellcheck disable=SC2086
awk -f $here/code.awk $sources >"$code"

# named PATTERN: the project's files whose path matches
named()
{
	printf '%s\n' "$all" | grep -E "$1"
}

# ---- includes ----

check_layers()
{
	# shellcheck disable=SC2086
	grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' /dev/null $sources |
	awk -v table=$here/layers.txt '
		BEGIN {
			while ((getline line < table) > 0) {
				n = split(line, word, /[: ]+/)
				for (i = 2; line !~ /^#/ && i <= n; i++)
					allowed[word[1], word[i]] = 1
			}
		}
		{
			split($0, part, "\"")
			from = substr($0, 1, index($0, "/") - 1)
			to = part[2]
			sub(/\/[^\/]*$/, "", to)
			if (!((from, to) in allowed))
				print $0 ": " from "/ must not include this"
		}'
}

check_makefile_uses()
{
	for folder in $folders; do
		table=$(sed -n "s/^$folder: //p" $here/layers.txt)
		linked=$(sed -n "s/^${folder}_uses *:= *//p" Makefile)
		[ "$table" = "$linked" ] || echo "$folder: includes '$table', linked with '$linked'"
	done
}

check_doors()
{
	# shellcheck disable=SC2086
	grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*<' /dev/null $sources |
	awk -v table=$here/doors.txt '
		BEGIN {
			while ((getline line < table) > 0) {
				if (line ~ /^#/ || line == "")
					continue
				split(line, side, ": ")
				door[side[1]] = " " side[2] " "
			}
		}
		{
			header = $0
			sub(/^[^<]*</, "", header)
			sub(/>.*/, "", header)
			file = substr($0, 1, index($0, ":") - 1)
			folder = substr(file, 1, index(file, "/") - 1)
			key = header
			if (!(key in door))
				sub(/\/.*/, "/", key)
			if (!(key in door))
				print file ": <" header "> has no row in " table
			else if (door[key] != " * " && !index(door[key], " " folder " ") &&
			    !index(door[key], " " file " "))
				print file ": <" header "> belongs in" door[key] "only"
		}'
}

check_headers_alone()
{
	# shellcheck disable=SC2086
	flags=$(pkg-config --cflags $packages 2>/dev/null || pkg-config --cflags glib-2.0 json-c)
	for header in $(named '\.h$'); do
		# shellcheck disable=SC2086
		${CC:-cc} -std=c11 -D_GNU_SOURCE -I. $flags -Wall -Wextra -Werror -Wno-unused-function \
		    -fsyntax-only -x c "$header" 2>&1 | grep -m 3 -E 'error|warning'
	done
}

# ---- code ----

check_banned()
{
	awk -v table=$here/banned.txt '
		BEGIN {
			while ((getline line < table) > 0) {
				if (line ~ /^#/ || line == "")
					continue
				split(line, side, ":")
				where[side[1]] = side[2] " "
			}
		}
		{
			folder = substr($0, 1, index($0, "/") - 1)
			at = $1
			rest = substr($0, length(at) + 1)
			# a word before "(", and not the member of a struct
			while (match(rest, /[A-Za-z_][A-Za-z0-9_]*[ \t]*\(/)) {
				before = substr(rest, RSTART - 1, 1)
				name = substr(rest, RSTART, RLENGTH - 1)
				sub(/[ \t]+$/, "", name)
				rest = substr(rest, RSTART + RLENGTH)
				if (name in where && before != "." && before != ">" &&
				    !index(where[name], " " folder " "))
					print at " " name "() is banned here"
			}
		}' "$code"
}

check_lengths()
{
	# shellcheck disable=SC2086
	awk -v function_max=$functions_max -v file_max=$file_max '
		FNR == 1 { begin = 0 }
		FNR == file_max + 1 { print FILENAME ": more than " file_max " lines" }
		/^\{/ { begin = FNR }
		/^\}/ && begin {
			if (FNR - begin > function_max)
				print FILENAME ":" begin ": a function of " FNR - begin " lines"
			begin = 0
		}' $sources
}

# ---- how files look ----

check_blanks()
{
	# fixtures may be as odd as the exports they stand for
	for file in $(named '\.(c|h|sh|awk|py|md|txt|ini|example)$|Makefile$' | grep -v '^fixtures/'); do
		grep -nE '[[:blank:]]+$' "$file" | sed "s,^\([0-9]*\):.*,$file:\1: blanks at the end,"
		if grep -q "$(printf '\r')" "$file"; then
			echo "$file: has carriage returns"
		fi
		if [ -s "$file" ] && [ -n "$(tail -c 1 "$file")" ]; then
			echo "$file: no newline at the end"
		fi
	done
}

check_format()
{
	# shellcheck disable=SC2046
	clang-format --dry-run -Werror $(named '\.[ch]$') 2>&1 | grep -E 'error:' |
	    awk -F: '!seen[$1]++ { print $1 ":" $2 ": not as clang-format writes it" }'
}

check_shell()
{
	# shellcheck disable=SC2046
	shellcheck -f gcc $(named '\.sh$') 2>&1
}

# ---- words ----

# HACKING.md says for each file what it is for: `folder/name.c`, or `folder/name.[ch]`
check_map()
{
	if [ ! -f HACKING.md ]; then
		echo "HACKING.md is not there"
		return
	fi
	for name in $(printf '%s\n' "$sources" | sed 's/\.[ch]$//' | sort -u); do
		grep -qwF "$name" HACKING.md || echo "HACKING.md: $name.c is not in the map"
	done
	grep -oE '[a-z]+/[a-z_0-9]+\.(c|h|\[ch\])' HACKING.md | sort -u | while read -r name; do
		printf '%s\n' "$folders" | grep -qx "${name%%/*}" || continue
		printf '%s\n' "$sources" | grep -q "^${name%.*}\." || echo "HACKING.md: no $name"
	done
}

# paths of somebody's machine, and hosts that packages come from
check_words()
{
	paths='(^|[^[:alnum:]_.~)-])/(home|root|work|workspace|Users)/[[:alnum:]]'
	hosts='(pypi|npmjs|crates|rubygems|packagist|golang|debian|ubuntu|docker)\.(org|io|com|dev)'
	# shellcheck disable=SC2046
	grep -nIE "$paths|$hosts" $(named .) | cut -c 1-160
}

echo "# lint of $(printf '%s\n' "$sources" | grep -c .) files"
result "folders include only what stands below them" "$(check_layers)"
result "the Makefile links the same folders" "$(check_makefile_uses)"
result "outside libraries have one door each" "$(check_doors)"
result "every header compiles alone" "$(check_headers_alone)"
result "no banned function" "$(check_banned)"
result "no function over $functions_max lines, no file over $file_max" "$(check_lengths)"
result "no blanks or carriage returns at line ends" "$(check_blanks)"
if clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
	result "clang-format has nothing to change" "$(check_format)"
else
	skip "clang-format has nothing to change" "no clang-format 14"
fi
if command -v shellcheck >/dev/null 2>&1; then
	result "shellcheck has nothing to say" "$(check_shell)"
else
	skip "shellcheck has nothing to say" "no shellcheck"
fi
result "HACKING.md names every file" "$(check_map)"
result "no path of a machine, no package host" "$(check_words)"
echo "1..$count"
exit $failed
