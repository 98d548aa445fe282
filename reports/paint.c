/* Colour for what signs say already. */
#include "reports/paint.h"

#include <glib.h>
#include <stddef.h>

#define PLAIN "\x1b[0m"
#define BOLD "\x1b[1m"

static const char *
colour_of(char sign)
{
	static const struct {
		char sign;
		const char *colour;
	} signs[] = {{'-', "\x1b[31m"}, {'+', "\x1b[32m"}, {'~', "\x1b[33m"}, {'!', "\x1b[1;31m"},
	    {'x', "\x1b[1;31m"}};
	for (size_t i = 0; i < G_N_ELEMENTS(signs); i++) {
		if (signs[i].sign == sign)
			return signs[i].colour;
	}
	return NULL;
}

/* Letters of the capitals that a heading begins with; 0: it is none. */
static size_t
heading_length(const char *line)
{
	size_t n = 0;
	while (
	    g_ascii_isupper(line[n]) || (n > 0 && line[n] == ' ' && g_ascii_isupper(line[n + 1])))
		n++;
	return n >= 2 && (line[n] == '\0' || line[n] == ' ') ? n : 0;
}

char *
paint(const char *text)
{
	GString *out = g_string_new(NULL);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		const char *rest = *line;
		size_t heading = heading_length(rest);
		const char *colour = rest[0] == ' ' && rest[1] != '\0' && rest[2] == ' '
					 ? colour_of(rest[1])
					 : NULL;
		if (heading > 0) {
			g_string_append_printf(out, BOLD "%.*s" PLAIN, (int)heading, rest);
			rest += heading;
		} else if (colour != NULL) {
			g_string_append_printf(out, " %s%c" PLAIN, colour, rest[1]);
			rest += 2;
		}
		g_string_append_printf(out, "%s%s", rest, line[1] != NULL ? "\n" : "");
	}
	return g_string_free(out, FALSE);
}
