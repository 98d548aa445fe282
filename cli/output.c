/* Files that a command writes for people and programs. */
#include "cli/output.h"

#include "base/file.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "reports/phrase.h"
#include "reports/workbook.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *
output_fault(const char *path)
{
	char *folder = g_strdup(path);
	while (access(folder, F_OK) != 0 && errno == ENOENT && strcmp(folder, "/") != 0 &&
	       strcmp(folder, ".") != 0) {
		char *above = g_path_get_dirname(folder);
		g_free(folder);
		folder = above;
	}
	const char *fault = NULL;
	if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
		fault = "is not a folder";
	else if (access(folder, W_OK | X_OK) != 0)
		fault = "this user may not write there";
	g_free(folder);
	return fault;
}

bool
output_check(const struct options *options, const struct config *config, GError **error)
{
	const char *dir = options->report_dir != NULL ? options->report_dir : config->reports.dir;
	const char *fault = output_fault(dir);
	return fault == NULL ||
	       fail(error, EXIT_FAILED,
		   "nothing was sent; name another with --report-dir or [reports] dir", "%s: %s",
		   dir, fault);
}

bool
output_json(const struct options *options, const char *document, GError **error)
{
	const char *path = options->json;
	if (path == NULL)
		return true;
	if (strcmp(path, "-") == 0) {
		fputs(document, stdout);
		return true;
	}
	return file_write(path, document, strlen(document), 0600, error);
}

#define BOOK_BEGIN "access-review-"
#define BOOK_END ".xlsx"
#define RUN_SHOWN 8 /* digits of its id */

/* Caller frees with g_free. */
static char *
book_name(const struct run *run)
{
	struct civil c = zone_civil(clock_face_of(run->plan).zone, run->as_of);
	return g_strdup_printf(BOOK_BEGIN "%04d-%02d-%02d-%02d%02d-%.*s" BOOK_END, c.year, c.month,
	    c.day, c.hour, c.minute, RUN_SHOWN, run->id);
}

/* The date is a part of the name. */
static bool
is_there_of_day(const char *dir, const char *name)
{
	size_t day = strlen(BOOK_BEGIN "2026-11-16");
	GDir *folder = g_dir_open(dir, 0, NULL);
	const char *found;
	bool there = false;
	while (folder != NULL && !there && (found = g_dir_read_name(folder)) != NULL)
		there = strncmp(found, name, day) == 0 && g_str_has_suffix(found, BOOK_END);
	g_clear_pointer(&folder, g_dir_close);
	return there;
}

static bool
is_due(const struct config *config, const char *dir, const char *name, const struct run *run,
    enum output_news news)
{
	bool dry = run->outcomes == NULL && run->no_plan == NULL;
	switch (config->reports.workbook) {
	case WORKBOOK_ALWAYS:
		return true;
	case WORKBOOK_NO:
		return false;
	case WORKBOOK_UNSAID:
		return dry || news == OUTPUT_NEWS;
	case WORKBOOK_NIGHTLY:
		return news == OUTPUT_NEWS || !is_there_of_day(dir, name);
	default:
		return news == OUTPUT_NEWS;
	}
}

/* Only what this program has named so; the newest stays, whatever its age. */
static void
remove_old(const char *dir, const char *newest, instant before)
{
	GDir *folder = g_dir_open(dir, 0, NULL);
	const char *found;
	while (folder != NULL && (found = g_dir_read_name(folder)) != NULL) {
		struct stat about;
		g_autofree char *path = g_build_filename(dir, found, NULL);
		bool ours = g_str_has_prefix(found, BOOK_BEGIN) &&
			    g_str_has_suffix(found, BOOK_END) && strcmp(found, newest) != 0;
		if (ours && lstat(path, &about) == 0 && S_ISREG(about.st_mode) &&
		    about.st_mtime < before)
			g_unlink(path);
	}
	g_clear_pointer(&folder, g_dir_close);
}

bool
output_workbook(const struct options *options, const struct config *config, const struct run *run,
    enum output_news news, GError **error)
{
	const char *dir = options->report_dir != NULL ? options->report_dir : config->reports.dir;
	g_autofree char *name = book_name(run);
	bool asked = news == OUTPUT_ASKED || options->report_dir != NULL;
	if (!asked && !is_due(config, dir, name, run, news))
		return true;
	if (g_mkdir_with_parents(dir, 0700) != 0)
		return fail(error, EXIT_FAILED, "name another with --report-dir",
		    "%s: folder cannot be made: %s", dir, g_strerror(errno));
	g_autofree char *path = g_build_filename(dir, name, NULL);
	progress_begin("Writing the workbook");
	bool good = workbook_write(run, path, options->sheets != NULL, error);
	progress_end();
	if (!good)
		return false;
	if (!options->quiet)
		say_note("workbook: %s", path);
	if (config->reports.keep > 0)
		remove_old(dir, name, options_clock() - config->reports.keep);
	return true;
}
