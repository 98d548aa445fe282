/* Files that a command writes for people and programs. */
#include "cli/output.h"

#include "base/file.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "reports/workbook.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
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

bool
output_workbook(const struct options *options, const struct config *config, const struct run *run,
    GError **error)
{
	const char *dir = options->report_dir != NULL ? options->report_dir : config->reports.dir;
	if (g_mkdir_with_parents(dir, 0700) != 0)
		return fail(error, EXIT_FAILED, "name another with --report-dir",
		    "%s: folder cannot be made: %s", dir, g_strerror(errno));
	char stamp[INSTANT_TEXT];
	instant_stamp(run->as_of, stamp);
	char *name = g_strdup_printf("kisi-reconcile-%s-%s-%s.xlsx", run->command, stamp, run->id);
	char *path = g_build_filename(dir, name, NULL);
	progress_begin("Writing the workbook");
	bool good = workbook_write(run, path, error);
	progress_end();
	if (good && !options->quiet)
		say_note("workbook: %s", path);
	g_free(path);
	g_free(name);
	return good;
}
