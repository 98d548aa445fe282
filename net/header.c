/* Header lines as HTTP writes them. */
#include "net/header.h"

#include "base/failure.h"
#include "base/text.h"

#include <curl/curl.h>
#include <string.h>

#define DELAY_MAX ((int64_t)366 * 86400)

bool
header_date(const char *text, instant *out)
{
	time_t t = text == NULL ? -1 : curl_getdate(text, NULL);

	if (t < INSTANT_FIRST || t >= INSTANT_LAST)
		return false;
	*out = t;
	return true;
}

int64_t
header_retry_after(const char *text, instant server_now)
{
	int64_t seconds = 0;
	instant at = 0;

	if (text == NULL)
		return -1;
	if (text_digits(text))
		/* More digits than fit: as long as can be. */
		return text_number(text, 0, DELAY_MAX, &seconds) ? seconds : DELAY_MAX;
	if (server_now == 0 || !header_date(text, &at))
		return -1;
	return CLAMP(at - server_now, 0, DELAY_MAX);
}

/* Those that decide what is sent, or how; they are the program's own. */
static const char *const reserved[] = {"host", "connection", "content-length", "transfer-encoding",
    "expect", "range", "accept-encoding", "te", "upgrade", NULL};

/* `Name: value` of printable characters: a line break in it would write further headers. */
static bool
is_header(const char *line)
{
	size_t name = strcspn(line, ":");

	if (name == 0 || line[name] != ':')
		return false;
	for (size_t i = 0; i < name; i++)
		if (!g_ascii_isalnum(line[i]) && strchr("-_.", line[i]) == NULL)
			return false;
	for (const char *c = line + name; *c != '\0'; c++)
		if (!g_ascii_isprint(*c))
			return false;
	return line[name + 1 + strspn(line + name + 1, " ")] != '\0';
}

static bool
is_reserved(const char *line)
{
	char *name = g_ascii_strdown(line, (gssize)strcspn(line, ":"));
	bool yes = g_strv_contains(reserved, name);

	g_free(name);
	return yes;
}

static bool
check_line(const char *line, unsigned number, GError **error)
{
	if (!is_header(line))
		return fail(error, EXIT_BAD_INPUT, "whole header lines: Authorization: Bearer ...",
		    "line %u is no header line", number);
	if (is_reserved(line))
		return fail(
		    error, EXIT_BAD_INPUT, NULL, "line %u: this header cannot be set", number);
	return true;
}

char **
header_lines(const char *text, GError **error)
{
	char **all = g_strsplit(text, "\n", -1);
	GStrvBuilder *builder = g_strv_builder_new();
	bool good = true;
	unsigned found = 0;

	for (unsigned i = 0; good && all[i] != NULL; i++) {
		if (*g_strstrip(all[i]) == '\0')
			continue;
		good = check_line(all[i], i + 1, error);
		g_strv_builder_add(builder, all[i]);
		found++;
	}
	header_free(all);
	all = g_strv_builder_end(builder);
	g_strv_builder_unref(builder);
	if (good && found == 0)
		good = fail(error, EXIT_BAD_INPUT, NULL, "there is no header line");
	if (!good)
		g_clear_pointer(&all, header_free);
	return all;
}

char **
header_login(const char *text, GError **error)
{
	char *login = g_strstrip(g_strdup(text));
	char *encoded = NULL;
	char **lines = NULL;

	if (strchr(login, ':') == NULL || strchr(login, '\n') != NULL) {
		fail(error, EXIT_BAD_INPUT, "user:password, in one line", "this is no login");
	} else {
		encoded = g_base64_encode((const guchar *)login, strlen(login));
		lines = g_new0(char *, 2);
		lines[0] = g_strconcat("Authorization: Basic ", encoded, NULL);
		explicit_bzero(encoded, strlen(encoded));
		g_free(encoded);
	}
	explicit_bzero(login, strlen(login));
	g_free(login);
	return lines;
}

void
header_free(char **lines)
{
	for (char **line = lines; line != NULL && *line != NULL; line++)
		explicit_bzero(*line, strlen(*line));
	g_strfreev(lines);
}
