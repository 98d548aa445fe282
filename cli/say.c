/* What is said on stderr. */
#include "cli/say.h"

#include "base/text.h"

#include <stdio.h>
#include <unistd.h>

/* Names and addresses out of exports end up in messages: control characters must not reach the terminal. */
static void
say_lines(const char *kind, const char *text)
{
	char **lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		char *printable = text_printable(*line);
		fprintf(stderr, "kisi-reconcile: %s%s\n", line == lines ? kind : "", printable);
		g_free(printable);
	}
	g_strfreev(lines);
}

void
say_error(const GError *error)
{
	say_lines("error: ", error->message);
}

void
say_warning(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	say_lines("warning: ", text);
	g_free(text);
}

void
say_note(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	say_lines("", text);
	g_free(text);
}

void
say_progress(size_t done, size_t all)
{
	if (!isatty(STDERR_FILENO) || all == 0)
		return;
	fprintf(stderr, "\rapplying %zu of %zu%s", done, all, done == all ? "\n" : "");
}
