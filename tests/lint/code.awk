# Prints `file:line: code` with comments taken out and strings emptied, so that only what is compiled is left.
FNR == 1 { comment = 0 }
{
	rest = $0
	code = ""
	while (rest != "") {
		if (comment) {
			end = index(rest, "*/")
			if (end == 0)
				break
			rest = substr(rest, end + 2)
			comment = 0
		} else if (!match(rest, /\/\*|\/\/|"|'/)) {
			code = code rest
			break
		} else {
			code = code substr(rest, 1, RSTART - 1)
			rest = substr(rest, RSTART)
			if (substr(rest, 1, 2) == "//")
				break
			if (substr(rest, 1, 2) == "/*") {
				comment = 1
				rest = substr(rest, 3)
			} else if (match(rest, /^"([^"\\]|\\.)*"/) || match(rest, /^'([^'\\]|\\.)*'/)) {
				code = code "\"\""
				rest = substr(rest, RLENGTH + 1)
			} else {
				break
			}
		}
	}
	print FILENAME ":" FNR ": " code
}
