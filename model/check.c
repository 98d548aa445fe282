/* What `check` found: a list of lines and the exit code that follows from them. */
#include "model/check.h"

#include <string.h>

#define HINT "\nhint: " /* base/failure.h */

static void
line_free(gpointer p)
{
	struct check_line *line = p;
	g_free(line->subject);
	g_free(line->text);
	g_free(line->hint);
	g_free(line);
}

struct check *
check_new(void)
{
	struct check *check = g_new0(struct check, 1);
	check->lines = g_ptr_array_new_with_free_func(line_free);
	return check;
}

void
check_free(struct check *check)
{
	if (check == NULL)
		return;
	g_ptr_array_unref(check->lines);
	g_free(check);
}

void
check_block(struct check *check)
{
	check->block = check->lines->len > 0;
}

/* text: taken. */
static void
add(struct check *check, enum check_mark mark, int code, const char *subject, char *text,
    const char *hint)
{
	struct check_line *line = g_new0(struct check_line, 1);
	*line = (struct check_line){.mark = mark,
	    .code = code,
	    .block = check->block,
	    .subject = g_strdup(subject),
	    .text = text,
	    .hint = g_strdup(hint)};
	check->block = false;
	g_ptr_array_add(check->lines, line);
}

void
check_ok(struct check *check, const char *subject, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	add(check, CHECK_OK, 0, subject, g_strdup_vprintf(format, arguments), NULL);
	va_end(arguments);
}

void
check_warn(struct check *check, const char *subject, const char *hint, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	add(check, CHECK_WARN, 0, subject, g_strdup_vprintf(format, arguments), hint);
	va_end(arguments);
}

void
check_wrong(struct check *check, enum exit_code code, const char *subject, const char *hint,
    const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	add(check, CHECK_WRONG, code, subject, g_strdup_vprintf(format, arguments), hint);
	va_end(arguments);
}

void
check_error(struct check *check, const char *subject, GError *error)
{
	const char *hint = strstr(error->message, HINT);
	size_t length = hint != NULL ? (size_t)(hint - error->message) : strlen(error->message);
	add(check, CHECK_WRONG, error->code, subject, g_strndup(error->message, length),
	    hint != NULL ? hint + strlen(HINT) : NULL);
	g_error_free(error);
}

int
check_code(const struct check *check)
{
	int code = EXIT_IN_STEP;
	for (guint i = 0; i < check->lines->len; i++)
		code = MAX(code, ((const struct check_line *)check->lines->pdata[i])->code);
	return code;
}

guint
check_count(const struct check *check, enum check_mark mark)
{
	guint count = 0;
	for (guint i = 0; i < check->lines->len; i++)
		count += ((const struct check_line *)check->lines->pdata[i])->mark == mark;
	return count;
}
