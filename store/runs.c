/* One row a run: when, who, as of which instant, how it ended, and the document it left. */
#include "store/chain.h"
#include "store/document.h"

#include <string.h>

/* How many candidates a message names when the beginning of an id fits several runs. */
#define RUNS_NAMED 5

static bool
id_taken(struct store *store, const char *id)
{
	bool taken = false;
	sqlite3_stmt *row = stmt_query(store, STMT_RUN_EXISTS, "t", id);
	while (stmt_row(store, row))
		taken = true;
	return taken;
}

/*
 * The digits of a random UUID before its fixed ones: the only thing that equal runs may differ in.
 */
static void
make_id(char id[static PLAN_ID])
{
	char *uuid = g_uuid_string_random();
	memcpy(id, uuid, 8);
	memcpy(id + 8, uuid + 9, 4);
	id[12] = '\0';
	g_free(uuid);
}

bool
store_run_begin(struct store *store, const char *command, const char *who, const char *version,
    instant as_of, instant clock, char id[static PLAN_ID], GError **error)
{
	stmt_begin(store, STMT_WRITE);
	do {
		make_id(id);
	} while (id_taken(store, id));
	stmt_run(store, STMT_RUN_BEGIN, "ttttii", id, command, who, version, as_of, clock);
	chain_link(store, id);
	return stmt_end(store, error);
}

static void
must_be_running(struct store *store, const char *id)
{
	bool known = false, ended = false;
	sqlite3_stmt *row = stmt_query(store, STMT_RUN_STATE, "t", id);
	while (stmt_row(store, row)) {
		known = true;
		ended = stmt_integer(row, 0) != 0;
	}
	if (!known || ended)
		stmt_fail(store, EXIT_FAILED, NULL, "run %s %s", id,
		    known ? "has ended" : "is not there");
}

bool
store_run_end(struct store *store, const char *id, instant clock, int exit_code,
    const char *summary, const char *document, GError **error)
{
	stmt_begin(store, STMT_WRITE);
	must_be_running(store, id);
	int64_t size = 0;
	GBytes *packed = document != NULL ? document_pack(store, id, document, &size) : NULL;
	stmt_run(store, STMT_RUN_END, "tidtbi", id, clock, exit_code, summary, packed, size);
	g_clear_pointer(&packed, g_bytes_unref);
	chain_link(store, id);
	return stmt_end(store, error);
}

bool
store_runs(struct store *store, unsigned limit, void (*row)(void *user, const struct run_row *run),
    void *user, GError **error)
{
	int64_t most = limit == 0 ? -1 : (int64_t)limit; /* SQL: -1 = no limit */
	stmt_begin(store, STMT_READ);
	sqlite3_stmt *stmt = stmt_query(store, STMT_RUNS, "i", most);
	while (stmt_row(store, stmt)) {
		struct run_row run = {
		    .id = stmt_text(stmt, 0),
		    .command = stmt_text(stmt, 1),
		    .who = stmt_text(stmt, 2),
		    .version = stmt_text(stmt, 3),
		    .summary = stmt_text(stmt, 4),
		    .as_of = stmt_integer(stmt, 5),
		    .started = stmt_integer(stmt, 6),
		    .ended = stmt_until(stmt, 7),
		    .exit_code = (int)stmt_integer(stmt, 8),
		};
		row(user, &run);
	}
	return stmt_end(store, error);
}

bool
store_last(
    struct store *store, const char *command, bool good, struct run_last *last, GError **error)
{
	*last = (struct run_last){.any = false};
	stmt_begin(store, STMT_READ);
	sqlite3_stmt *row = stmt_query(
	    store, good ? STMT_RUN_LAST_GOOD : STMT_RUN_LAST, "t", command);
	while (stmt_row(store, row)) {
		last->any = true;
		g_strlcpy(last->id, stmt_text(row, 0), sizeof last->id);
		last->as_of = stmt_integer(row, 1);
		last->started = stmt_integer(row, 2);
		last->ended = stmt_integer(row, 3);
		last->exit_code = (int)stmt_integer(row, 4);
		last->summary = g_strdup(stmt_text(row, 5));
	}
	return stmt_end(store, error);
}

/* Say why a beginning of an id does not name one run.  found: of char *, newest first. */
static void
complain(struct store *store, const char *id, const GPtrArray *found)
{
	static const char hint[] = "`history` lists the runs";
	if (found->len == 0) {
		if (id == NULL)
			stmt_fail(store, EXIT_FAILED, hint, "no run has left a document yet");
		else
			stmt_fail(store, EXIT_FAILED, hint, "no run begins with \"%s\"", id);
	} else {
		GString *names = g_string_new(NULL);
		for (unsigned i = 0; i < found->len && i < RUNS_NAMED; i++)
			g_string_append_printf(
			    names, "%s%s", i > 0 ? ", " : "", (const char *)found->pdata[i]);
		if (found->len > RUNS_NAMED)
			g_string_append(names, " ...");
		stmt_fail(store, EXIT_FAILED, "give more of the id",
		    "%u runs begin with \"%s\": %s", found->len, id, names->str);
		g_string_free(names, TRUE);
	}
}

bool
store_run_find(struct store *store, const char *id, char found[static PLAN_ID], GError **error)
{
	GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
	char *beginning = id != NULL ? g_ascii_strdown(id, -1) : NULL;
	stmt_begin(store, STMT_READ);
	sqlite3_stmt *row = beginning != NULL ? stmt_query(store, STMT_RUN_FIND, "t", beginning)
					      : stmt_query(store, STMT_RUN_NEWEST_DOCUMENT, "");
	while (stmt_row(store, row))
		g_ptr_array_add(ids, g_strdup(stmt_text(row, 0)));
	if (ids->len != 1)
		complain(store, beginning, ids);
	else
		g_strlcpy(found, g_ptr_array_index(ids, 0), PLAN_ID);
	g_free(beginning);
	g_ptr_array_unref(ids);
	return stmt_end(store, error);
}
