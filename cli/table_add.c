/* Adding a row to a table of the configuration, which people edit in spreadsheets, too. */
#include "cli/table_add.h"

#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the line ---- */

static size_t
count_columns(const struct table_column *columns)
{
	size_t n = 0;
	while (columns[n].name != NULL)
		n++;
	return n;
}

static void
append_cell(GString *line, const char *cell, char delimiter)
{
	const char special[] = {delimiter, '"', '\0'};
	if (cell == NULL)
		return;
	if (*cell == '\0' || (cell[strcspn(cell, special)] == '\0' && *cell != ' ')) {
		g_string_append(line, cell);
		return;
	}
	g_auto(GStrv) parts = g_strsplit(cell, "\"", -1);
	g_autofree char *doubled = g_strjoinv("\"\"", parts);
	g_string_append_printf(line, "\"%s\"", doubled);
}

static char *
format_line(const struct table_shape *shape, size_t n_columns, const char *const *cells)
{
	GString *line = g_string_new(NULL);
	for (size_t place = 0; place < shape->width; place++) {
		if (place > 0)
			g_string_append_c(line, shape->delimiter);
		for (size_t i = 0; i < n_columns; i++) {
			if (shape->at[i] == (int)place)
				append_cell(line, cells[i], shape->delimiter);
		}
	}
	return g_string_free(line, FALSE);
}

/* ---- the proof ---- */

struct last_row {
	size_t n_columns;
	char **cells;
};

static bool
keep_row(void *user, const char *const *cells, unsigned row, GError **error)
{
	struct last_row *last = user;
	for (size_t i = 0; i < last->n_columns; i++) {
		g_free(last->cells[i]);
		last->cells[i] = g_strdup(cells[i]);
	}
	return true;
}

/* A column that is missing, an encoding that cannot hold a letter, an odd ending: all of it shows here. */
static bool
reads_back(const char *path, const struct table_column *columns, const char *const *cells)
{
	size_t n = count_columns(columns);
	g_auto(GStrv) found = g_new0(char *, n + 1);
	struct last_row last = {n, found};
	bool good = table_read(path, columns, keep_row, &last, EXIT_BAD_CONFIG, NULL, NULL);
	for (size_t i = 0; i < n && good; i++)
		good = g_strcmp0(found[i], cells[i] != NULL ? cells[i] : "") == 0;
	return good;
}

/* ---- the file ---- */

int
table_lock(const char *path, GError **error)
{
	g_autofree char *real = file_resolve(path), *folder = g_path_get_dirname(real);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && flock(fd, LOCK_EX) == 0)
		return fd;
	fail(error, EXIT_FAILED, NULL, "%s: %s", folder, g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Whoever reads it now must go on reading it: a run as another user than the one who rules. */
static bool
take_rights(int fd, const char *path)
{
	struct stat old;
	if (stat(path, &old) == 0)
		return fchown(fd, old.st_uid, old.st_gid) == 0 && fchmod(fd, old.st_mode) == 0;
	g_autofree char *folder = g_path_get_dirname(path);
	if (stat(folder, &old) != 0 || (geteuid() == 0 && fchown(fd, old.st_uid, old.st_gid) != 0))
		return false;
	return fchmod(fd, S_IRUSR | S_IWUSR | (old.st_mode & S_IRGRP)) == 0;
}

/* A file beside path with that text, the rights of path, and its last row read back; NULL and *error. */
static char *
write_beside(const char *path, const GString *text, const struct table_column *columns,
    const char *const *cells, GError **error)
{
	g_autofree char *beside = g_strconcat(path, ".XXXXXX", NULL);
	int fd = g_mkstemp_full(beside, O_WRONLY | O_CLOEXEC, 0600);
	bool good = fd >= 0 && take_rights(fd, path) && file_write_all(fd, text->str, text->len) &&
		    fsync(fd) == 0;
	if (!good)
		fail(error, EXIT_FAILED,
		    "run it as the user whom the table and its folder belong to",
		    "%s: cannot be written: %s", path, g_strerror(errno));
	if (fd >= 0)
		close(fd);
	if (good && !reads_back(beside, columns, cells))
		good = fail(error, EXIT_BAD_CONFIG,
		    "save it as CSV in UTF-8, with all the columns of the table",
		    "%s: cannot hold the new row as it is saved now", path);
	if (good)
		return g_steal_pointer(&beside);
	if (fd >= 0)
		unlink(beside);
	return NULL;
}

static void
begin_table(GString *text, const struct table_column *columns, const char *const *cells,
    struct table_shape *shape)
{
	size_t n = count_columns(columns);
	*shape = (struct table_shape){',', 0, g_new(int, n)};
	for (size_t i = 0; i < n; i++) {
		shape->at[i] = cells[i] != NULL ? (int)shape->width++ : -1;
		if (cells[i] != NULL)
			g_string_append_printf(text, "%s%s", i > 0 ? "," : "", columns[i].name);
	}
	g_string_append_c(text, '\n');
}

/* The table with what is to be read in front of the new line; NULL and *error. */
static GString *
table_so_far(const char *path, const struct table_column *columns, const char *const *cells,
    struct table_shape *shape, GError **error)
{
	GString *text = g_string_new(NULL);
	g_autofree char *bytes = NULL;
	g_autoptr(GError) cause = NULL;
	gsize length;
	if (g_file_get_contents(path, &bytes, &length, &cause)) {
		if (!table_shape(path, columns, shape, error)) {
			g_string_free(text, TRUE);
			return NULL;
		}
		g_string_append_len(text, bytes, (gssize)length);
		if (length > 0 && bytes[length - 1] != '\n')
			g_string_append_c(text, '\n');
		return text;
	}
	if (!g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
		fail(error, EXIT_FAILED, NULL, "%s", cause->message);
		g_string_free(text, TRUE);
		return NULL;
	}
	begin_table(text, columns, cells, shape);
	return text;
}

bool
table_add(const char *path, const struct table_column *columns, const char *const *cells,
    char **line, GError **error)
{
	/* A link stays a link. */
	g_autofree char *real = file_resolve(path);
	struct table_shape shape = {0};
	GString *text = table_so_far(path, columns, cells, &shape, error);
	g_autofree char *beside = NULL;
	bool good = false;
	if (text != NULL) {
		*line = format_line(&shape, count_columns(columns), cells);
		bool dos = text->len >= 2 && text->str[text->len - 2] == '\r';
		g_string_append_printf(text, "%s%s", *line, dos ? "\r\n" : "\n");
		beside = write_beside(real, text, columns, cells, error);
		g_string_free(text, TRUE);
	}
	if (beside != NULL) {
		good = rename(beside, real) == 0 ||
		       fail(error, EXIT_FAILED, NULL, "%s: %s", path, g_strerror(errno));
		if (!good)
			unlink(beside);
	}
	if (!good)
		g_clear_pointer(line, g_free);
	g_free(shape.at);
	return good;
}
