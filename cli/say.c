/* What is said on stderr, and in the log for programs. */
#include "cli/say.h"

#include "base/failure.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/options.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Syslog's words and numbers, which the journal takes at the beginning of a line. */
enum level { LEVEL_ERROR = 3, LEVEL_WARNING = 4, LEVEL_NOTE = 6 };

static struct {
	char *instance, *run;
	bool journal; /* stderr is the journal's */
	int log;      /* descriptor of the log for programs; 0: none */
} state;

/* Does the journal read what is written to stderr?  It says which file it reads by device and inode. */
static bool
is_journal(void)
{
	const char *stream = g_getenv("JOURNAL_STREAM");
	struct stat about;
	if (stream == NULL || fstat(STDERR_FILENO, &about) != 0)
		return false;
	g_autofree char *ours = g_strdup_printf(
	    "%ju:%ju", (uintmax_t)about.st_dev, (uintmax_t)about.st_ino);
	return strcmp(stream, ours) == 0;
}

bool
say_begin(const char *instance, const char *log, GError **error)
{
	int64_t number;
	state.instance = g_strdup(instance);
	state.journal = is_journal();
	if (log == NULL)
		return true;
	if (text_number(log, 1, 1023, &number))
		state.log = fcntl((int)number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	else
		state.log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (state.log > 0)
		return true;
	state.log = 0;
	return fail(error, EXIT_FAILED, NULL, "--log-json %s: %s", log, g_strerror(errno));
}

void
say_run(const char *run)
{
	g_free(state.run);
	state.run = g_strdup(run);
}

void
say_end(void)
{
	if (state.log > 0)
		close(state.log);
	g_free(state.instance);
	g_free(state.run);
	memset(&state, 0, sizeof state);
}

/* One object a line, in one write: several programs may share the file. */
static void
log_line(enum level level, int code, const char *text)
{
	if (state.log == 0)
		return;
	struct json_object *line = json_object_new_object();
	const char *word = level == LEVEL_ERROR	    ? "error"
			   : level == LEVEL_WARNING ? "warning"
						    : "note";
	const char *hint = strstr(text, "\nhint: ");
	g_autofree char *body = g_strndup(
	    text, hint != NULL ? (size_t)(hint - text) : strlen(text));
	json_put_instant(line, "time", options_clock());
	json_put_text(line, "level", word);
	json_put_text(line, "organization", state.instance);
	json_put_text(line, "run", state.run);
	if (code != 0)
		json_put_integer(line, "code", code);
	json_put_text(line, "text", body);
	json_put_text(line, "hint", hint != NULL ? hint + strlen("\nhint: ") : NULL);
	g_autofree char *bytes = g_strconcat(json_compact(line), "\n", NULL);
	/* That the log is full must not stop a run. */
	ssize_t written = write(state.log, bytes, strlen(bytes));
	(void)written;
	json_object_put(line);
}

/* Names and addresses out of exports end up in messages: control characters must not reach the terminal. */
static void
say_lines(enum level level, const char *kind, const char *text)
{
	char **lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		char *printable = text_printable(*line);
		if (state.journal)
			fprintf(stderr, "<%d>", (int)level);
		fprintf(stderr, "kisi-reconcile%s%s: %s%s\n", state.instance != NULL ? " " : "",
		    state.instance != NULL ? state.instance : "", line == lines ? kind : "",
		    printable);
		g_free(printable);
	}
	g_strfreev(lines);
}

void
say_error(const GError *error)
{
	say_lines(LEVEL_ERROR, "error: ", error->message);
	log_line(LEVEL_ERROR, error->code, error->message);
}

void
say_warning(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	say_lines(LEVEL_WARNING, "warning: ", text);
	log_line(LEVEL_WARNING, 0, text);
	g_free(text);
}

void
say_note(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	say_lines(LEVEL_NOTE, "", text);
	log_line(LEVEL_NOTE, 0, text);
	g_free(text);
}
