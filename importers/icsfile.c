/*
 * The structure of an iCalendar file.  libical would build the whole tree in memory, and mend what is broken: here
 * only lines are joined and BEGIN and END counted, and what does not add up refuses the file.
 */
#include "importers/icsfile.h"

#include "base/failure.h"
#include "base/text.h"
#include "importers/limits.h"

#include <string.h>

#define SHOWN_MAX 30 /* characters of a line that a message repeats */

#define BLOCK ((size_t)64 << 10)
#define NAME_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-"
#define BOM "\xEF\xBB\xBF"
#define DEPTH_MAX 8 /* a calendar, an event, an alarm: three are sound */

struct reader {
	struct bytes *bytes;
	const struct ics_handler *handler;
	GError **error;
	GString *line;	     /* the logical line so far */
	bool too_long;	     /* and it was longer than is kept */
	uint32_t physical;   /* lines read */
	uint32_t line_first; /* physical line on which the logical one begins */
	GPtrArray *open; /* of char *: names of the components that are open, the outermost first */
	struct ics_component at; /* being read, when in_component */
	bool in_component;
	guint depth;   /* of it in open */
	size_t size;   /* bytes of its lines */
	bool unwanted; /* its last property is one that nobody reads */
	uint32_t events, calendars;
	char *zone; /* what the calendar calls its own; NULL */
};

/* The colon ends name and parameters; inside quotes it does not. */
const char *
ics_value(const char *line)
{
	bool quoted = false;
	for (; *line != '\0'; line++) {
		if (*line == '"')
			quoted = !quoted;
		if (*line == ':' && !quoted)
			return line + 1;
	}
	return line;
}

static size_t
name_length(const char *line)
{
	return strcspn(line, ":;");
}

bool
ics_is(const char *line, const char *name)
{
	return name_length(line) == strlen(name) &&
	       g_ascii_strncasecmp(line, name, strlen(name)) == 0;
}

const char *
ics_line(const struct ics_component *component, const char *name)
{
	for (guint i = 0; i < component->lines->len; i++) {
		if (ics_is(component->lines->pdata[i], name))
			return component->lines->pdata[i];
	}
	return NULL;
}

static bool refuse(struct reader *r, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool
refuse(struct reader *r, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	fail(r->error, EXIT_BAD_INPUT, "export it again", "%s:%u: %s", bytes_name(r->bytes),
	    r->line_first, text);
	g_free(text);
	return false;
}

/* The same around a text of the file. */
static bool
refuse_text(struct reader *r, const char *before, const char *text, const char *after)
{
	char *shown = text_excerpt(text, SHOWN_MAX);
	refuse(r, "%s%s%s", before, shown, after);
	g_free(shown);
	return false;
}

static void
fault(struct reader *r, const char *why)
{
	if (r->at.fault == NULL)
		r->at.fault = why;
}

static bool
begin(struct reader *r, const char *name)
{
	bool event = g_ascii_strcasecmp(name, "VEVENT") == 0;
	bool calendar = g_ascii_strcasecmp(name, "VCALENDAR") == 0;
	if (calendar != (r->open->len == 0) || (event && r->open->len != 1))
		return refuse_text(r, "", name, " where it cannot be");
	if (r->open->len >= DEPTH_MAX)
		return refuse(r, "components too deep inside each other");
	g_ptr_array_add(r->open, g_strdup(name));
	if (calendar) {
		r->calendars++;
		g_clear_pointer(&r->zone, g_free);
	}
	if (!event && g_ascii_strcasecmp(name, "VTIMEZONE") != 0)
		return true;
	if (r->in_component)
		return refuse_text(r, "", name, " where it cannot be");
	if (event && r->events++ >= ICS_EVENTS_MAX)
		return refuse(r, "more than %u events", ICS_EVENTS_MAX);
	g_ptr_array_set_size(r->at.lines, 0);
	r->at = (struct ics_component){.event = event,
	    .number = r->events,
	    .calendar = r->calendars,
	    .zone = r->zone,
	    .line = r->line_first,
	    .lines = r->at.lines};
	r->in_component = true;
	r->unwanted = false;
	r->depth = r->open->len;
	r->size = 0;
	return true;
}

static bool
end(struct reader *r, const char *name)
{
	guint depth = r->open->len;
	const char *last = depth > 0 ? r->open->pdata[depth - 1] : "nothing";
	if (depth == 0 || g_ascii_strcasecmp(name, last) != 0) {
		char *open = text_excerpt(last, SHOWN_MAX);
		char *after = g_strdup_printf(", but %s is open", open);
		refuse_text(r, "END:", name, after);
		g_free(after);
		g_free(open);
		return false;
	}
	g_ptr_array_set_size(r->open, (gint)depth - 1);
	if (!r->in_component || r->depth != depth)
		return true;
	r->in_component = false;
	return r->handler->component(r->handler->user, &r->at, r->error);
}

/* A message about events ("these are cancelled", "I shall come") is no list of all that there is. */
static bool
method(struct reader *r, const char *value)
{
	return g_ascii_strcasecmp(value, "PUBLISH") == 0 ||
	       g_ascii_strcasecmp(value, "REQUEST") == 0 ||
	       refuse_text(r, "a message (METHOD:", value, "), not a calendar");
}

static void
keep(struct reader *r, const char *line)
{
	r->size += strlen(line) + 1;
	if (r->size > ICS_COMPONENT_MAX)
		fault(r, "is larger than 1 MiB");
	else
		g_ptr_array_add(r->at.lines, g_strdup(line));
}

/* A line of the component that is being read.  A text that nobody reads may have its line breaks as they are. */
static void
component_line(struct reader *r, const char *line)
{
	size_t name = name_length(line);
	if (r->at.event && r->open->len > r->depth)
		return;
	if (r->at.event && (name == 0 || line[name] == '\0')) {
		if (!r->unwanted)
			fault(r, "has a line that is not iCalendar");
		return;
	}
	r->unwanted = r->at.event && !r->handler->wanted(r->handler->user, line, name);
	if (r->unwanted)
		return;
	if (r->too_long)
		fault(r, "has a line longer than 64 KiB");
	keep(r, line);
}

/* The same of the calendar itself. */
static bool
calendar_line(struct reader *r, const char *line)
{
	if (ics_is(line, "METHOD"))
		return method(r, g_strstrip((char *)ics_value(line)));
	if (ics_is(line, "X-WR-TIMEZONE") && r->zone == NULL && !text_blank(ics_value(line)))
		r->zone = g_strstrip(g_strdup(ics_value(line)));
	return true;
}

/* Files put one behind another, the first without its last line break: `END:VCALENDARBEGIN:VCALENDAR`. */
static char *
cut_joined(char *line)
{
	static const char last[] = "END:VCALENDAR";
	char *rest = line + strlen(last);
	if (g_ascii_strncasecmp(line, last, strlen(last)) != 0)
		return NULL;
	char *next = g_strdup(g_str_has_prefix(rest, BOM) ? rest + strlen(BOM) : rest);
	if (!ics_is(next, "BEGIN"))
		g_clear_pointer(&next, g_free);
	else
		*rest = '\0';
	return next;
}

static bool
is_name(const char *value)
{
	return *value != '\0' && value[strspn(value, NAME_CHARACTERS)] == '\0';
}

static bool
take_line(struct reader *r, char *line)
{
	/* Each of several files put one behind another may begin with a mark. */
	if (r->open->len == 0 && g_str_has_prefix(line, BOM))
		line += strlen(BOM);
	if (*line == '\0')
		return true;
	bool opens = ics_is(line, "BEGIN"), closes = ics_is(line, "END");
	/* `End: 18:00` on a line of its own, in a text that nobody reads. */
	bool is_read = r->in_component && r->open->len == r->depth && !r->unwanted;
	if ((opens || closes) && r->open->len > 1 && !is_read && !is_name(ics_value(line)))
		return true;
	if (!opens && r->open->len == 0)
		return refuse_text(r, "outside of a calendar: \"", line, "\"");
	if (opens || closes) {
		char *name = g_strstrip((char *)ics_value(line));
		bool whole = r->in_component && !r->at.event && (opens || r->open->len > r->depth);
		if (opens && !begin(r, name))
			return false;
		if (whole) {
			char *again = g_strdup_printf("%s:%s", opens ? "BEGIN" : "END", name);
			keep(r, again);
			g_free(again);
		}
		return opens || end(r, name);
	}
	if (r->in_component)
		component_line(r, line);
	else if (r->open->len == 1)
		return calendar_line(r, line);
	return true;
}

/* A logical line is over. */
static bool
flush(struct reader *r)
{
	g_autofree char *joined = cut_joined(r->line->str);
	bool good = take_line(r, r->line->str) && (joined == NULL || take_line(r, joined));
	g_string_truncate(r->line, 0);
	r->too_long = false;
	return good;
}

/* The next bytes.  A line that begins with a blank goes on with the one before. */
static bool
take_bytes(struct reader *r, const char *text, size_t length, bool *line_over)
{
	for (size_t i = 0; i < length; i++) {
		char c = text[i];
		if (*line_over) {
			*line_over = false;
			if ((c == ' ' || c == '\t') && r->line->len > 0)
				continue;
			if (!flush(r))
				return false;
			r->line_first = r->physical + 1;
		}
		if (c == '\n') {
			if (r->line->len > 0 && r->line->str[r->line->len - 1] == '\r')
				g_string_truncate(r->line, r->line->len - 1);
			r->physical++;
			*line_over = true;
		} else if (r->line->len < CELL_MAX) {
			g_string_append_c(r->line, c);
		} else {
			r->too_long = true;
		}
	}
	return true;
}

static bool
read_all(struct reader *r)
{
	char *block = g_malloc(BLOCK);
	bool good = true, line_over = false;
	gssize got = 0;
	while (good && (got = bytes_read(r->bytes, block, BLOCK, r->error)) > 0)
		good = take_bytes(r, block, (size_t)got, &line_over);
	g_free(block);
	if (!good || got < 0)
		return false;
	if (r->line->len > 0 && r->line->str[r->line->len - 1] == '\r')
		g_string_truncate(r->line, r->line->len - 1);
	if (!flush(r))
		return false;
	if (r->open->len > 0)
		return fail(r->error, EXIT_BAD_INPUT, "export it again",
		    "%s: cut short: it ends inside %s", bytes_name(r->bytes),
		    (const char *)r->open->pdata[r->open->len - 1]);
	return true;
}

bool
ics_read(struct bytes *bytes, const struct ics_handler *handler, GError **error)
{
	struct reader r = {.bytes = bytes,
	    .handler = handler,
	    .error = error,
	    .line = g_string_new(NULL),
	    .line_first = 1,
	    .open = g_ptr_array_new_with_free_func(g_free),
	    .at.lines = g_ptr_array_new_with_free_func(g_free)};
	bool good = bytes_rewind(bytes, error) && read_all(&r);
	g_string_free(r.line, TRUE);
	g_ptr_array_unref(r.open);
	g_ptr_array_unref(r.at.lines);
	g_free(r.zone);
	return good;
}
