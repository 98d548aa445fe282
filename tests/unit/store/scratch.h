#ifndef TESTS_STORE_SCRATCH_H
#define TESTS_STORE_SCRATCH_H

#include "store/stmt.h"

#include <glib/gstdio.h>
#include <string.h>

/* A folder with a database in it, for one test. */
struct scratch {
	char *folder;
	char *path; /* of the database; not there until it is opened */
	struct store *store;
};

#define SCRATCH_NOW ((instant)1772438400) /* 2026-03-02T08:00:00Z */

static inline struct scratch
scratch_folder(void)
{
	struct scratch s = {.folder = g_dir_make_tmp("kisi-store-XXXXXX", NULL)};
	g_assert_nonnull(s.folder);
	s.path = g_build_filename(s.folder, "state.db", NULL);
	return s;
}

static inline struct scratch
scratch_open(void)
{
	struct scratch s = scratch_folder();
	GError *error = NULL;
	s.store = store_open(s.path, &error);
	g_assert_no_error(error);
	return s;
}

static inline void
scratch_reopen(struct scratch *s)
{
	GError *error = NULL;
	store_close(s->store);
	s->store = store_open(s->path, &error);
	g_assert_no_error(error);
}

static inline void
scratch_remove(struct scratch *s)
{
	store_close(s->store);
	GDir *dir = g_dir_open(s->folder, 0, NULL);
	const char *name;
	while ((name = g_dir_read_name(dir)) != NULL) {
		char *path = g_build_filename(s->folder, name, NULL);
		g_remove(path);
		g_free(path);
	}
	g_dir_close(dir);
	g_assert_cmpint(g_rmdir(s->folder), ==, 0);
	g_free(s->folder);
	g_free(s->path);
}

/* Begin a run of this command as of then. */
static inline void
scratch_run(struct store *store, const char *command, instant as_of, char id[static PLAN_ID])
{
	GError *error = NULL;
	store_run_begin(store, command, "tester@host", "0.0", as_of, as_of, id, &error);
	g_assert_no_error(error);
}

/* An integer that a constant query gives. */
static inline int64_t
scratch_ask(struct store *store, const char *sql)
{
	int64_t answer = stmt_ask(store, sql);
	g_assert_no_error(store->failed);
	return answer;
}

/* The error must have this code and name all these things, NULL-terminated; clears it. */
static inline void
scratch_refused(GError **error, int code, ...)
{
	g_assert_error(*error, FAILURE, code);
	va_list names;
	va_start(names, code);
	for (const char *name; (name = va_arg(names, const char *)) != NULL;)
		if (strstr((*error)->message, name) == NULL)
			g_error("\"%s\" does not name %s", (*error)->message, name);
	va_end(names);
	g_clear_error(error);
}

#endif
