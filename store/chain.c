/*
 * The hash chain over the audit trail.  Whenever a run begins or ends, every row that was added since the last time is
 * sealed by a digest of its own, and a link over these digests and the link before is added.  So a row that somebody
 * changes, takes away or adds later can be named; and who changes the seals, too, would have to change every link since,
 * and with them the newest: the head, which stands in workbooks outside.
 *
 * The order is that in which rows came, not that of runs: what a run that died left is sealed by the next one, and so is
 * an outcome that a later run found out.
 */
#include "store/chain.h"

#include <string.h>

/*
 * What is sealed: kinds of rows of one table, in this order within a link.  A run is three of them, since its beginning
 * never changes, its end comes later, and its document may be removed after a time.  Those of older versions are not
 * packed.
 */
static const struct part {
	const char *name;  /* in the database: never changes */
	const char *label; /* for people */
	enum stmt fresh;   /* rows that are not sealed yet: row, then what is sealed */
	enum stmt all;	   /* COLUMN_... below, then what is sealed */
	bool of_run;	   /* fresh takes the run that begins or ends */
} parts[] = {
    {"runs", "beginning", STMT_FRESH_RUNS, STMT_ALL_RUNS, true},
    {"ends", "end", STMT_FRESH_ENDS, STMT_ALL_ENDS, true},
    {"documents", "document", STMT_FRESH_DOCUMENTS, STMT_ALL_DOCUMENTS, true},
    {"packed", "document", STMT_FRESH_PACKED, STMT_ALL_PACKED, true},
    {"intents", "intent", STMT_FRESH_INTENTS, STMT_ALL_INTENTS, false},
    {"outcomes", "outcome", STMT_FRESH_OUTCOMES, STMT_ALL_OUTCOMES, false},
    {"plans", "saved plan", STMT_FRESH_PLANS, STMT_ALL_PLANS, false},
    {"offers", "approval that a plan offers", STMT_FRESH_OFFERS, STMT_ALL_OFFERS, false},
    {"plan_uses", "use of a plan", STMT_FRESH_PLAN_USES, STMT_ALL_PLAN_USES, false},
    {"approvals", "approval", STMT_FRESH_APPROVALS, STMT_ALL_APPROVALS, false},
    {"retention", "removal", STMT_FRESH_RETENTION, STMT_ALL_RETENTION, false},
};

enum {
	COLUMN_SEALED, /* number of the row by its seal; NULL: it has none */
	COLUMN_LINK,   /* that sealed it */
	COLUMN_SEAL,   /* its digest */
	COLUMN_OPEN,   /* it may wait for its seal: its run goes on */
	COLUMN_RUN,    /* whose row it is; NULL when it is gone */
	COLUMN_SEALER, /* the run whose beginning or end sealed it */
	COLUMN_GONE,   /* number of its removal; NULL: it was not removed */
	COLUMN_ROW,    /* number of the row; NULL: it is gone.  What is sealed begins here */
};

static void
add_bytes(GChecksum *sum, char type, const void *bytes, int size)
{
	char tag[32];
	g_snprintf(tag, sizeof(tag), "%c%d:", type, size);
	g_checksum_update(sum, (const guchar *)tag, -1);
	g_checksum_update(sum, bytes, size);
}

/* Each value with its type and length, so that no two rows give the same bytes. */
static void
add_value(GChecksum *sum, sqlite3_stmt *row, int column)
{
	const void *bytes;
	char tag[32];
	switch (sqlite3_column_type(row, column)) {
	case SQLITE_NULL:
		g_checksum_update(sum, (const guchar *)"n", 1);
		return;
	case SQLITE_INTEGER:
		g_snprintf(tag, sizeof(tag), "i%s;", stmt_text(row, column));
		g_checksum_update(sum, (const guchar *)tag, -1);
		return;
	case SQLITE_BLOB:
		bytes = sqlite3_column_blob(row, column);
		add_bytes(sum, 'b', bytes, sqlite3_column_bytes(row, column));
		return;
	default:
		bytes = stmt_text(row, column);
		add_bytes(sum, 't', bytes, sqlite3_column_bytes(row, column));
	}
}

static void
digest(sqlite3_stmt *row, int first, char sha256[static STORE_HASH])
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	for (int i = first; i < sqlite3_column_count(row); i++)
		add_value(sum, row, i);
	g_strlcpy(sha256, g_checksum_get_string(sum), STORE_HASH);
	g_checksum_free(sum);
}

/* ---- adding a link ---- */

struct link {
	int64_t seq;
	char sha256[STORE_HASH]; /* "" before the first */
};

static struct link
newest_link(struct store *store)
{
	struct link link = {0};
	sqlite3_stmt *row = stmt_query(store, STMT_CHAIN_HEAD, "");
	while (stmt_row(store, row)) {
		link.seq = stmt_integer(row, 0);
		g_strlcpy(link.sha256, stmt_text(row, 1), STORE_HASH);
	}
	return link;
}

static void
seal_part(struct store *store, const struct part *part, const char *run, int64_t link)
{
	sqlite3_stmt *row = part->of_run ? stmt_query(store, part->fresh, "t", run)
					 : stmt_query(store, part->fresh, "");
	while (stmt_row(store, row)) {
		char sha256[STORE_HASH];
		digest(row, 0, sha256);
		stmt_run(store, STMT_SEAL, "tiit", part->name, stmt_integer(row, 0), link, sha256);
	}
}

/* Over the link before it, its own place and run, and its seals. */
static void
hash_link(struct store *store, const struct link *before, int64_t seq, const char *run,
    char sha256[static STORE_HASH])
{
	GString *text = g_string_new(NULL);
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_string_printf(text, "%s %" G_GINT64_FORMAT " %s\n", before->sha256, seq, run);
	g_checksum_update(sum, (const guchar *)text->str, (gssize)text->len);
	sqlite3_stmt *row = stmt_query(store, STMT_SEALS, "i", seq);
	while (stmt_row(store, row)) {
		g_string_printf(text, "%s %" G_GINT64_FORMAT " %s\n", stmt_text(row, 0),
		    stmt_integer(row, 1), stmt_text(row, 2));
		g_checksum_update(sum, (const guchar *)text->str, (gssize)text->len);
	}
	g_strlcpy(sha256, g_checksum_get_string(sum), STORE_HASH);
	g_checksum_free(sum);
	g_string_free(text, TRUE);
}

void
chain_link(struct store *store, const char *run)
{
	struct link before = newest_link(store);
	char sha256[STORE_HASH];
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
		seal_part(store, &parts[i], run, before.seq + 1);
	hash_link(store, &before, before.seq + 1, run, sha256);
	stmt_run(store, STMT_CHAIN_ADD, "itt", before.seq + 1, run, sha256);
}

/* ---- proving it ---- */

void
chain_fault(struct chain_proof *proof, int64_t link, const char *format, ...)
{
	struct chain_fault *found = g_new0(struct chain_fault, 1);
	va_list arguments;
	va_start(arguments, format);
	found->text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	found->link = link;
	g_ptr_array_add(proof->faults, found);
}

static void
fault_free(gpointer p)
{
	struct chain_fault *found = p;
	g_free(found->text);
	g_free(found);
}

/* Rows that are not sealed belong to runs that go on, and stand behind all that are sealed. */
static void
judge_unsealed(struct chain_proof *proof, const struct part *part, sqlite3_stmt *row, int64_t last)
{
	int64_t number = stmt_integer(row, COLUMN_ROW);
	const char *run = stmt_text(row, COLUMN_RUN);
	if (proof->links == 0 || (number > last && stmt_integer(row, COLUMN_OPEN) != 0))
		proof->unsealed++;
	else
		chain_fault(proof, proof->links + 1,
		    "%s, row %" G_GINT64_FORMAT ": %s of run %s was added", part->name, number,
		    part->label, run != NULL ? run : "?");
}

static void
judge_sealed(struct chain_proof *proof, const struct part *part, sqlite3_stmt *row)
{
	int64_t number = stmt_integer(row, COLUMN_SEALED), link = stmt_integer(row, COLUMN_LINK);
	const char *run = stmt_text(row, COLUMN_RUN), *sealer = stmt_text(row, COLUMN_SEALER);
	char sha256[STORE_HASH];
	bool gone = sqlite3_column_type(row, COLUMN_ROW) == SQLITE_NULL;
	bool removed = sqlite3_column_type(row, COLUMN_GONE) != SQLITE_NULL;
	if (!gone)
		digest(row, COLUMN_ROW, sha256);
	if (gone ? removed : !removed && strcmp(sha256, stmt_text(row, COLUMN_SEAL)) == 0)
		return;
	chain_fault(proof, link, "%s, row %" G_GINT64_FORMAT ": %s%s%s %s since run %s sealed it",
	    part->name, number, part->label, run != NULL ? " of run " : "", run != NULL ? run : "",
	    gone      ? "is missing"
	    : removed ? "was removed, and put back,"
		      : "was altered",
	    sealer != NULL ? sealer : "?");
}

static void
prove_part(struct store *store, struct chain_proof *proof, const struct part *part)
{
	int64_t last = 0;
	sqlite3_stmt *row = stmt_query(store, STMT_SEALED_LAST, "t", part->name);
	while (stmt_row(store, row))
		last = stmt_integer(row, 0);
	row = stmt_query(store, part->all, "");
	while (stmt_row(store, row)) {
		if (sqlite3_column_type(row, COLUMN_SEALED) == SQLITE_NULL)
			judge_unsealed(proof, part, row, last);
		else
			judge_sealed(proof, part, row);
	}
}

/* Is the link what its seals and the one before make it, and are it and its run where they should be? */
static void
prove_link(struct store *store, struct chain_proof *proof, const struct link *before,
    const struct link *link, const char *stored, const char *run, bool ended)
{
	char sha256[STORE_HASH];
	if (link->seq != before->seq + 1)
		chain_fault(proof, before->seq + 1,
		    "chain: link %" G_GINT64_FORMAT " is missing before link %" G_GINT64_FORMAT
		    " of run %s",
		    before->seq + 1, link->seq, run);
	hash_link(store, before, link->seq, run, sha256);
	if (strcmp(sha256, stored) != 0)
		chain_fault(proof, link->seq,
		    "chain: link %" G_GINT64_FORMAT
		    " of run %s is not what its seals and the link before make",
		    link->seq, run);
	if (!ended)
		chain_fault(proof, link->seq,
		    "chain: link %" G_GINT64_FORMAT " is of run %s, which has no end", link->seq,
		    run);
}

static void
prove_links(struct store *store, struct chain_proof *proof, const char *head)
{
	struct link before = {0};
	sqlite3_stmt *row = stmt_query(store, STMT_CHAIN, "");
	while (stmt_row(store, row)) {
		struct link link = {.seq = stmt_integer(row, 0)};
		const char *run = stmt_text(row, 1), *stored = stmt_text(row, 2);
		g_strlcpy(link.sha256, stored, STORE_HASH);
		prove_link(store, proof, &before, &link, stored, run, stmt_integer(row, 3) != 0);
		if (head != NULL && g_ascii_strncasecmp(link.sha256, head, strlen(head)) == 0) {
			proof->known = link.seq;
			g_strlcpy(proof->known_run, run, PLAN_ID);
		}
		before = link;
	}
	proof->links = before.seq;
	g_strlcpy(proof->head, before.sha256, STORE_HASH);
	row = stmt_query(store, STMT_SEALS_LOOSE, "i", before.seq);
	while (stmt_row(store, row))
		chain_fault(proof, before.seq + 1,
		    "chain: %" G_GINT64_FORMAT " seals of a link that is not there, behind link "
		    "%" G_GINT64_FORMAT,
		    stmt_integer(row, 0), before.seq);
}

static gint
compare_faults(gconstpointer p, gconstpointer q)
{
	const struct chain_fault *a = *(const struct chain_fault *const *)p;
	const struct chain_fault *b = *(const struct chain_fault *const *)q;
	return (a->link > b->link) - (a->link < b->link);
}

bool
store_verify(struct store *store, const char *head, struct chain_proof *proof, GError **error)
{
	*proof = (struct chain_proof){.faults = g_ptr_array_new_with_free_func(fault_free),
	    .removals = g_ptr_array_new_with_free_func(g_free)};
	stmt_begin(store, STMT_READ);
	prove_links(store, proof, head);
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
		prove_part(store, proof, &parts[i]);
	retention_prove(store, proof);
	sqlite3_stmt *row = stmt_query(store, STMT_CHAIN_BEGINS, "i", proof->known);
	while (stmt_row(store, row)) {
		proof->runs = stmt_integer(row, 0);
		proof->endless = stmt_integer(row, 1);
		proof->older = stmt_integer(row, 2);
		proof->since = stmt_integer(row, 3);
	}
	g_ptr_array_sort(proof->faults, compare_faults);
	if (stmt_end(store, error))
		return true;
	chain_proof_done(proof);
	return false;
}

void
chain_proof_done(struct chain_proof *proof)
{
	g_clear_pointer(&proof->faults, g_ptr_array_unref);
	g_clear_pointer(&proof->removals, g_ptr_array_unref);
}

bool
store_head(struct store *store, const char *run, char head[static STORE_HASH], GError **error)
{
	head[0] = '\0';
	stmt_begin(store, STMT_READ);
	sqlite3_stmt *row = stmt_query(store, STMT_CHAIN_OF_RUN, "t", run);
	while (stmt_row(store, row))
		g_strlcpy(head, stmt_text(row, 0), STORE_HASH);
	return stmt_end(store, error);
}
