#ifndef STORE_STMT_H
#define STORE_STMT_H

#include "store/store.h"

#include <sqlite3.h>

/*
 * How the files of store/ talk to SQLite; nobody outside includes this.
 *
 * The first failure sticks to the store until the outermost stmt_end: everything in between does
 * nothing, so that a function is a straight list of statements with one look at the result, at its
 * end.
 */

/* Every statement there is; the texts are in sql.c. */
enum stmt {
	STMT_READ,
	STMT_WRITE,
	STMT_COMMIT,
	STMT_ROLLBACK,
	STMT_RUN_EXISTS,
	STMT_RUN_BEGIN,
	STMT_RUN_STATE,
	STMT_RUN_END,
	STMT_RUNS,
	STMT_RUN_LAST,
	STMT_RUN_LAST_GOOD,
	STMT_RUN_NEWEST_DOCUMENT,
	STMT_RUN_EVER_APPLIED,
	STMT_RUN_FIND,
	STMT_RUN_READ,
	STMT_RUN_PLAN,
	STMT_RUN_APPLIED,
	STMT_RUN_APPROVAL,
	STMT_RUN_INTENTS,
	STMT_DOOR_LOG,
	STMT_RUN_OUTCOMES,
	STMT_FRESH_RUNS,
	STMT_FRESH_ENDS,
	STMT_FRESH_DOCUMENTS,
	STMT_FRESH_PACKED,
	STMT_FRESH_INTENTS,
	STMT_FRESH_OUTCOMES,
	STMT_FRESH_PLANS,
	STMT_FRESH_OFFERS,
	STMT_FRESH_PLAN_USES,
	STMT_FRESH_APPROVALS,
	STMT_FRESH_RETENTION,
	STMT_ALL_RUNS,
	STMT_ALL_ENDS,
	STMT_ALL_DOCUMENTS,
	STMT_ALL_PACKED,
	STMT_ALL_INTENTS,
	STMT_ALL_OUTCOMES,
	STMT_ALL_PLANS,
	STMT_ALL_OFFERS,
	STMT_ALL_PLAN_USES,
	STMT_ALL_APPROVALS,
	STMT_ALL_RETENTION,
	STMT_SEAL,
	STMT_SEALS,
	STMT_SEALS_LOOSE,
	STMT_SEALED_LAST,
	STMT_CHAIN,
	STMT_CHAIN_ADD,
	STMT_CHAIN_HEAD,
	STMT_CHAIN_BEGINS,
	STMT_CHAIN_OF_RUN,
	STMT_REMOVAL_NEXT,
	STMT_MARK_DOCUMENTS,
	STMT_MARK_INTENTS,
	STMT_MARK_OUTCOMES,
	STMT_REMOVE_OUTCOMES,
	STMT_REMOVE_INTENTS,
	STMT_REMOVE_COUNTED,
	STMT_REMOVE_DOCUMENTS,
	STMT_REMOVAL_ADD,
	STMT_REMOVE_FINDINGS,
	STMT_REMOVE_LEDGER,
	STMT_REMOVE_PASSES,
	STMT_REMOVED,
	STMT_REMOVALS,
	STMT_REMOVED_LOOSE,
	STMT_REMOVED_OF_RUN,
	STMT_IMPORTS,
	STMT_IMPORT_DIGEST,
	STMT_IMPORT_SAVE,
	STMT_GIVERS,
	STMT_GIVER_SAVE,
	STMT_GIVER_DROP,
	STMT_LATER,
	STMT_LATER_SAVE,
	STMT_LATER_DROP,
	STMT_MEMORY,
	STMT_MEMORY_KEYS,
	STMT_MEMORY_SAVE,
	STMT_MEMORY_DROP,
	STMT_COUNT_UNIT,
	STMT_DAY_GAINS,
	STMT_BLOCKED,
	STMT_BLOCKED_CLEAR,
	STMT_BLOCKED_SAVE,
	STMT_COLUMNS,
	STMT_COLUMNS_CLEAR,
	STMT_COLUMN_SAVE,
	STMT_RULES,
	STMT_RULES_CLEAR,
	STMT_RULE_SAVE,
	STMT_FINDINGS,
	STMT_FINDING_SAVE,
	STMT_PLAN_SAVE,
	STMT_PLAN_SHOWN,
	STMT_PLAN_LOAD,
	STMT_PLAN_USER,
	STMT_PLAN_USE,
	STMT_APPROVAL,
	STMT_APPROVAL_SAVE,
	STMT_INTEND,
	STMT_INTENT_STATE,
	STMT_OUTCOME,
	STMT_OPEN_INTENTS,
	STMT_DAY_REMOVALS,
	STMT_TRIED,
	STMT_DOOR_OPENED,
	STMT_LEDGER,
	STMT_LEDGER_PUT,
	STMT_LEDGER_GONE,
	STMT_LEDGER_FOLLOW,
	STMT_PASSES,
	STMT_PASS_PUT,
	STMT_PASS_GONE,
	STMT_FACT,
	STMT_FACT_SET,
	STMT_COUNT
};

struct store {
	char *path;
	int claim; /* the database file, locked for this store alone; -1 */
	sqlite3 *db;
	sqlite3_stmt *prepared[STMT_COUNT];
	unsigned depth; /* of stmt_begin without stmt_end */
	GError *failed; /* the first failure since the outermost stmt_begin; NULL */
};

/* Prepare all statements.  False, and the store has failed, when one does not fit the database. */
bool stmt_prepare(struct store *store);
void stmt_finalize(struct store *store);

/*
 * Begin a transaction (STMT_READ: all reads see one state; STMT_WRITE), or join the one that is
 * open.  A STMT_WRITE must not join a STMT_READ: SQLite cannot always turn one into the other.
 */
void stmt_begin(struct store *store, enum stmt how);
/*
 * End it: the outermost one commits, or rolls back when something has failed since it began.  False
 * with *error (may be NULL) then.
 */
bool stmt_end(struct store *store, GError **error);

/*
 * Bind the arguments and run a statement that gives no rows.  One letter of types for each
 * argument:
 *   t  const char *, NULL becomes SQL NULL; borrowed for the call
 *   b  GBytes *, NULL becomes SQL NULL; borrowed for the call
 *   i  int64_t (exactly: nothing converts it)
 *   d  int or bool
 *   w  instant; an open end becomes SQL NULL
 */
void stmt_run(struct store *store, enum stmt which, const char *types, ...);

/*
 * Bind the arguments of a query.  Then stmt_row is true for each row, whose columns can be read
 * until the next stmt_row; read to the end.  NULL, for which stmt_row is false, when the store has
 * failed.
 */
sqlite3_stmt *stmt_query(struct store *store, enum stmt which, const char *types, ...);
bool stmt_row(struct store *store, sqlite3_stmt *row);

/* Columns, counted from 0.  Text is valid until the next stmt_row; NULL for SQL NULL. */
const char *stmt_text(sqlite3_stmt *row, int column);
int64_t stmt_integer(sqlite3_stmt *row, int column);
/* A copy of a blob; caller frees with g_bytes_unref. */
GBytes *stmt_bytes(sqlite3_stmt *row, int column);
instant stmt_from(sqlite3_stmt *row, int column);  /* SQL NULL is INSTANT_ALWAYS */
instant stmt_until(sqlite3_stmt *row, int column); /* SQL NULL is INSTANT_NEVER */

/* Run constant SQL that needs no arguments and is used once: schema steps and pragmas. */
void stmt_script(struct store *store, const char *sql);
/* The integer that a constant query gives; 0 when the store has failed. */
int64_t stmt_ask(struct store *store, const char *sql);

/*
 * Make the store fail, unless it has failed already; the text of the error is "<path>: " and what
 * is formatted.
 */
void stmt_fail(struct store *store, enum exit_code code, const char *hint, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/* The same for what SQLite just said about the attempt to do `what`. */
void stmt_fail_sqlite(struct store *store, const char *what);

#endif
