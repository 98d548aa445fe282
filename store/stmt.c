/* The few ways to run SQL, and to fail at it. */
#include "store/sql.h"

#include <stdarg.h>

/* ---- failing ---- */

static const char *
sqlite_hint(int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
		return "another program holds the database; try again when it is done";
	case SQLITE_FULL:
		return "make room on its disk and run again: nothing was written half";
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		return "the user who runs this must be able to write the file and its folder";
	case SQLITE_NOTADB:
		return "name another file in [state] database";
	case SQLITE_CORRUPT:
		return "restore it from a backup: it holds what this program made in Kisi";
	case SQLITE_IOERR:
		return "look at its disk";
	default:
		return NULL;
	}
}

void
stmt_fail(struct store *store, enum exit_code code, const char *hint, const char *format, ...)
{
	if (store->failed != NULL)
		return;

	va_list arguments;
	va_start(arguments, format);
	char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	fail(&store->failed, code, hint, "%s: %s", store->path, text);
	g_free(text);
}

void
stmt_fail_sqlite(struct store *store, const char *what)
{
	int code = sqlite3_extended_errcode(store->db);
	stmt_fail(store, EXIT_FAILED, sqlite_hint(code), "cannot %s: %s", what,
	    sqlite3_errmsg(store->db));
}

/* ---- preparing, binding and stepping ---- */

bool
stmt_prepare(struct store *store)
{
	for (int i = 0; i < STMT_COUNT && store->failed == NULL; i++) {
		if (sqlite3_prepare_v3(store->db, statements[i].sql, -1, SQLITE_PREPARE_PERSISTENT,
			&store->prepared[i], NULL) != SQLITE_OK)
			stmt_fail_sqlite(store, statements[i].what);
	}
	return store->failed == NULL;
}

void
stmt_finalize(struct store *store)
{
	for (int i = 0; i < STMT_COUNT; i++) {
		sqlite3_finalize(store->prepared[i]);
		store->prepared[i] = NULL;
	}
}

static int
bind_instant(sqlite3_stmt *stmt, int n, instant t)
{
	if (t == INSTANT_ALWAYS || t == INSTANT_NEVER)
		return sqlite3_bind_null(stmt, n);
	return sqlite3_bind_int64(stmt, n, t);
}

static int
bind_bytes(sqlite3_stmt *stmt, int n, GBytes *bytes)
{
	gsize size = 0;
	const void *data = bytes != NULL ? g_bytes_get_data(bytes, &size) : NULL;
	return sqlite3_bind_blob64(stmt, n, data, size, SQLITE_STATIC);
}

/* The statement, reset and bound; NULL when the store has failed. */
static sqlite3_stmt *
bind(struct store *store, enum stmt which, const char *types, va_list arguments)
{
	if (store->failed != NULL)
		return NULL;

	sqlite3_stmt *stmt = store->prepared[which];
	sqlite3_reset(stmt);
	g_assert((size_t)sqlite3_bind_parameter_count(stmt) == strlen(types));

	for (int n = 1; types[n - 1] != '\0'; n++) {
		int rc = SQLITE_MISUSE;
		switch (types[n - 1]) {
		case 't':
			rc = sqlite3_bind_text(
			    stmt, n, va_arg(arguments, const char *), -1, SQLITE_STATIC);
			break;
		case 'b':
			rc = bind_bytes(stmt, n, va_arg(arguments, GBytes *));
			break;
		case 'i':
			rc = sqlite3_bind_int64(stmt, n, va_arg(arguments, int64_t));
			break;
		case 'd':
			rc = sqlite3_bind_int(stmt, n, va_arg(arguments, int));
			break;
		case 'w':
			rc = bind_instant(stmt, n, va_arg(arguments, instant));
			break;
		}
		/* SQLite refuses only what is larger than anything that gets here. */
		g_assert(rc == SQLITE_OK);
	}
	return stmt;
}

static const char *
what_of(const struct store *store, const sqlite3_stmt *stmt)
{
	for (int i = 0; i < STMT_COUNT; i++) {
		if (store->prepared[i] == stmt)
			return statements[i].what;
	}
	return "open it";
}

bool
stmt_row(struct store *store, sqlite3_stmt *row)
{
	if (row == NULL || store->failed != NULL)
		return false;

	int rc = sqlite3_step(row);
	if (rc == SQLITE_ROW)
		return true;
	if (rc != SQLITE_DONE)
		stmt_fail_sqlite(store, what_of(store, row));
	/* A statement left standing would keep its read lock and the borrowed texts. */
	sqlite3_reset(row);
	sqlite3_clear_bindings(row);
	return false;
}

sqlite3_stmt *
stmt_query(struct store *store, enum stmt which, const char *types, ...)
{
	va_list arguments;
	va_start(arguments, types);
	sqlite3_stmt *stmt = bind(store, which, types, arguments);
	va_end(arguments);
	return stmt;
}

void
stmt_run(struct store *store, enum stmt which, const char *types, ...)
{
	va_list arguments;
	va_start(arguments, types);
	sqlite3_stmt *stmt = bind(store, which, types, arguments);
	va_end(arguments);
	while (stmt_row(store, stmt))
		;
}

/* ---- columns ---- */

const char *
stmt_text(sqlite3_stmt *row, int column)
{
	return (const char *)sqlite3_column_text(row, column);
}

GBytes *
stmt_bytes(sqlite3_stmt *row, int column)
{
	const void *data = sqlite3_column_blob(row, column);
	return g_bytes_new(data, (gsize)sqlite3_column_bytes(row, column));
}

int64_t
stmt_integer(sqlite3_stmt *row, int column)
{
	return sqlite3_column_int64(row, column);
}

static instant
column_instant(sqlite3_stmt *row, int column, instant open)
{
	if (sqlite3_column_type(row, column) == SQLITE_NULL)
		return open;
	return sqlite3_column_int64(row, column);
}

instant
stmt_from(sqlite3_stmt *row, int column)
{
	return column_instant(row, column, INSTANT_ALWAYS);
}

instant
stmt_until(sqlite3_stmt *row, int column)
{
	return column_instant(row, column, INSTANT_NEVER);
}

/* ---- transactions ---- */

void
stmt_begin(struct store *store, enum stmt how)
{
	if (store->depth++ == 0)
		stmt_run(store, how, "");
}

/* After a full disk or an I/O error SQLite may have rolled back by itself. */
static void
roll_back(struct store *store)
{
	if (sqlite3_get_autocommit(store->db))
		return;
	for (int i = 0; i < STMT_COUNT; i++)
		sqlite3_reset(store->prepared[i]);
	sqlite3_step(store->prepared[STMT_ROLLBACK]);
	sqlite3_reset(store->prepared[STMT_ROLLBACK]);
}

bool
stmt_end(struct store *store, GError **error)
{
	g_assert(store->depth > 0);
	if (--store->depth > 0) {
		if (store->failed != NULL)
			g_propagate_error(error, g_error_copy(store->failed));
		return store->failed == NULL;
	}

	stmt_run(store, STMT_COMMIT, "");
	if (store->failed == NULL)
		return true;
	roll_back(store);
	g_propagate_error(error, g_steal_pointer(&store->failed));
	return false;
}

/* ---- what is used once ---- */

void
stmt_script(struct store *store, const char *sql)
{
	if (store->failed != NULL)
		return;
	if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		stmt_fail_sqlite(store, "open it");
}

int64_t
stmt_ask(struct store *store, const char *sql)
{
	int64_t answer = 0;
	sqlite3_stmt *stmt = NULL;
	if (store->failed != NULL)
		return 0;
	if (sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		stmt_fail_sqlite(store, "open it");
	while (stmt_row(store, stmt))
		answer = stmt_integer(stmt, 0);
	sqlite3_finalize(stmt);
	return answer;
}
