/* Files that a command writes for people and programs. */
#include "cli/output.h"

#include "base/file.h"
#include "cli/say.h"
#include "reports/workbook.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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
	bool good = workbook_write(run, path, error);
	if (good && !options->quiet)
		say_note("workbook: %s", path);
	g_free(path);
	g_free(name);
	return good;
}
