/*
 * Which tables there are, as the steps that made them.  A step that was ever released is never
 * changed: the next change of the schema is another row in steps[].
 *
 * Runs, intents, outcomes, plans and approvals are the audit trail: rows are only added, and of a
 * run only its end is filled in, once; triggers hold everybody to it, a person with sqlite3(1) too.
 * Everything else is the present state of something and may be replaced.
 *
 * Open ends of intervals are NULL.  "group" is a word of SQL, hence grp.
 */
#include "store/schema.h"

/* "KiRe": tells file(1) and this program whose database it is. */
#define SCHEMA_APPLICATION ((int64_t)0x4b695265)

static const struct {
	int64_t version; /* that the step leads to; the SQL sets it */
	const char *sql;
} steps[] = {
    {1, "CREATE TABLE runs ("
	" seq INTEGER PRIMARY KEY," /* the order of runs, whatever the clock said */
	" id TEXT NOT NULL UNIQUE,"
	" command TEXT NOT NULL, who TEXT NOT NULL, version TEXT NOT NULL,"
	" as_of INTEGER NOT NULL, started INTEGER NOT NULL,"
	" ended INTEGER, exit_code INTEGER, summary TEXT, document TEXT) STRICT;"

	"CREATE TABLE intents ("
	" id INTEGER PRIMARY KEY,"
	" run TEXT NOT NULL REFERENCES runs (id), change_id TEXT NOT NULL,"
	" action TEXT NOT NULL, email TEXT NOT NULL,"
	" user_id INTEGER NOT NULL, group_id INTEGER NOT NULL,"
	" have_id INTEGER NOT NULL, have_from INTEGER, have_until INTEGER,"
	" wanted INTEGER NOT NULL, want_from INTEGER, want_until INTEGER,"
	" cause TEXT NOT NULL, source TEXT, rule TEXT,"
	" surprising INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;"
	"CREATE INDEX intents_surprising ON intents (at) WHERE surprising;"
	"CREATE TABLE outcomes ("
	" id INTEGER PRIMARY KEY,"
	" intent INTEGER NOT NULL REFERENCES intents (id),"
	" outcome TEXT NOT NULL CHECK (outcome IN ('done', 'failed', 'unknown')),"
	" text TEXT, at INTEGER NOT NULL) STRICT;"
	"CREATE UNIQUE INDEX outcomes_settled ON outcomes (intent) WHERE outcome <> 'unknown';"

	"CREATE TABLE plans ("
	" seq INTEGER PRIMARY KEY,"
	" id TEXT NOT NULL," /* its document is the run's */
	" run TEXT NOT NULL REFERENCES runs (id)) STRICT;"
	"CREATE INDEX plans_id ON plans (id);"
	"CREATE TABLE plan_uses ("
	" plan TEXT PRIMARY KEY, run TEXT NOT NULL REFERENCES runs (id)) STRICT;"
	"CREATE TABLE approvals ("
	" plan TEXT PRIMARY KEY, max_removals INTEGER NOT NULL,"
	" who TEXT NOT NULL, at INTEGER NOT NULL,"
	" run TEXT NOT NULL REFERENCES runs (id)) STRICT;"

	"CREATE TABLE ledger ("
	" assignment_id INTEGER PRIMARY KEY,"
	" email TEXT NOT NULL, group_id INTEGER NOT NULL,"
	" valid_from INTEGER, valid_until INTEGER, source TEXT, rule TEXT,"
	" made_at INTEGER NOT NULL, restored INTEGER NOT NULL,"
	" gone_at INTEGER) STRICT;" /* NULL: lives */
	"CREATE INDEX ledger_live ON ledger (email, group_id) WHERE gone_at IS NULL;"
	"CREATE INDEX ledger_made ON ledger (made_at);"

	"CREATE TABLE imports ("
	" id INTEGER PRIMARY KEY, source TEXT NOT NULL UNIQUE,"
	" as_of INTEGER NOT NULL, rows INTEGER NOT NULL, latest INTEGER,"
	" digest TEXT NOT NULL) STRICT;" /* of its windows and blocked people */
	"CREATE TABLE windows ("
	" import INTEGER NOT NULL REFERENCES imports (id), n INTEGER NOT NULL,"
	" email TEXT NOT NULL, grp TEXT NOT NULL, valid_from INTEGER, valid_until INTEGER,"
	" record TEXT, rule TEXT, PRIMARY KEY (import, n)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE blocked ("
	" import INTEGER NOT NULL REFERENCES imports (id), email TEXT NOT NULL,"
	" PRIMARY KEY (import, email)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE rules ("
	" n INTEGER PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL, grp TEXT) STRICT;"
	"CREATE TABLE findings ("
	" id TEXT PRIMARY KEY, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,"
	" runs_seen INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE facts ("
	" key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	"PRAGMA application_id = 0x4b695265;"
	"PRAGMA user_version = 1;"},

    /* The audit trail can only grow. */
    {2, "CREATE TRIGGER runs_begun BEFORE UPDATE OF seq, id, command, who, version, as_of, started"
	" ON runs BEGIN SELECT raise(ABORT, 'the beginning of a run never changes'); END;"
	"CREATE TRIGGER runs_ended BEFORE UPDATE ON runs WHEN old.ended IS NOT NULL"
	" BEGIN SELECT raise(ABORT, 'a run ends once'); END;"
	"CREATE TRIGGER runs_kept BEFORE DELETE ON runs"
	" BEGIN SELECT raise(ABORT, 'runs are never deleted'); END;"
	"CREATE TRIGGER intents_fixed BEFORE UPDATE ON intents"
	" BEGIN SELECT raise(ABORT, 'the journal never changes'); END;"
	"CREATE TRIGGER intents_kept BEFORE DELETE ON intents"
	" BEGIN SELECT raise(ABORT, 'the journal is never deleted'); END;"
	"CREATE TRIGGER outcomes_fixed BEFORE UPDATE ON outcomes"
	" BEGIN SELECT raise(ABORT, 'the journal never changes'); END;"
	"CREATE TRIGGER outcomes_kept BEFORE DELETE ON outcomes"
	" BEGIN SELECT raise(ABORT, 'the journal is never deleted'); END;"
	"CREATE TRIGGER plans_fixed BEFORE UPDATE ON plans"
	" BEGIN SELECT raise(ABORT, 'a saved plan never changes'); END;"
	"CREATE TRIGGER plan_uses_kept BEFORE DELETE ON plan_uses"
	" BEGIN SELECT raise(ABORT, 'the use of a plan is never forgotten'); END;"
	"CREATE TRIGGER approvals_fixed BEFORE UPDATE ON approvals"
	" BEGIN SELECT raise(ABORT, 'an approval never changes'); END;"
	"CREATE TRIGGER approvals_kept BEFORE DELETE ON approvals"
	" BEGIN SELECT raise(ABORT, 'an approval is never forgotten'); END;"
	"PRAGMA user_version = 2;"},

    /* Access links and unlock schedules.  Ids of the two are different spaces, so the object is part of the key. */
    {3, "CREATE TABLE passes ("
	" object TEXT NOT NULL CHECK (object IN ('link', 'schedule')), id INTEGER NOT NULL,"
	" label TEXT NOT NULL, email TEXT NOT NULL, door_id INTEGER NOT NULL,"
	" valid_from INTEGER, valid_until INTEGER, source TEXT, rule TEXT,"
	" made_at INTEGER NOT NULL, restored INTEGER NOT NULL,"
	" gone_at INTEGER," /* NULL: lives */
	" PRIMARY KEY (object, id)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX passes_live ON passes (object, label) WHERE gone_at IS NULL;"
	"CREATE INDEX passes_made ON passes (made_at);"
	"ALTER TABLE intents ADD COLUMN lock_id INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE intents ADD COLUMN label TEXT;"
	"PRAGMA user_version = 3;"},

    /* A door is opened once for a booking: reconcile/due.h says what change_id is there. */
    {4, "CREATE UNIQUE INDEX intents_unlock ON intents (change_id, lock_id) WHERE action = "
	"'unlock';"
	"PRAGMA user_version = 4;"},

    /*
     * The hash chain (chain.c).  part: runs, ends, documents, intents ...; row: seq or id there.  Uses and approvals get a
     * number that a VACUUM leaves alone.
     */
    {5, "CREATE TABLE chain ("
	" seq INTEGER PRIMARY KEY,"			  /* 1, 2, 3 ... */
	" run TEXT NOT NULL UNIQUE REFERENCES runs (id)," /* whose end made the link */
	" sha256 TEXT NOT NULL) STRICT;"
	"CREATE TABLE seals ("
	" part TEXT NOT NULL, row INTEGER NOT NULL, link INTEGER NOT NULL,"
	" sha256 TEXT NOT NULL, PRIMARY KEY (part, row)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX seals_link ON seals (link, part, row);"
	"DROP TRIGGER approvals_fixed;"
	"ALTER TABLE plan_uses ADD COLUMN seq INTEGER;"
	"ALTER TABLE approvals ADD COLUMN seq INTEGER;"
	"UPDATE plan_uses SET seq = rowid;"
	"UPDATE approvals SET seq = rowid;"
	"CREATE UNIQUE INDEX plan_uses_seq ON plan_uses (seq);"
	"CREATE UNIQUE INDEX approvals_seq ON approvals (seq);"
	"CREATE TRIGGER approvals_fixed BEFORE UPDATE ON approvals"
	" BEGIN SELECT raise(ABORT, 'an approval never changes'); END;"
	"CREATE TRIGGER plan_uses_fixed BEFORE UPDATE ON plan_uses"
	" BEGIN SELECT raise(ABORT, 'the use of a plan never changes'); END;"
	"CREATE TRIGGER plans_kept BEFORE DELETE ON plans"
	" BEGIN SELECT raise(ABORT, 'a saved plan is never forgotten'); END;"
	"CREATE TRIGGER chain_fixed BEFORE UPDATE ON chain"
	" BEGIN SELECT raise(ABORT, 'the chain never changes'); END;"
	"CREATE TRIGGER chain_kept BEFORE DELETE ON chain"
	" BEGIN SELECT raise(ABORT, 'the chain is never cut'); END;"
	"CREATE TRIGGER seals_fixed BEFORE UPDATE ON seals"
	" BEGIN SELECT raise(ABORT, 'a seal never changes'); END;"
	"CREATE TRIGGER seals_kept BEFORE DELETE ON seals"
	" BEGIN SELECT raise(ABORT, 'a seal is never broken'); END;"
	"PRAGMA user_version = 5;"},

    /* What all of an import had, of what its profile reads: a column that is gone is missed. */
    {6, "CREATE TABLE import_columns ("
	" import INTEGER NOT NULL REFERENCES imports (id), name TEXT NOT NULL,"
	" PRIMARY KEY (import, name)) STRICT, WITHOUT ROWID;"
	"PRAGMA user_version = 6;"},

    /*
     * Retention (retention.c).  What is removed is marked at its seal first; what is not marked is kept as before.
     * sha256: over the seals that are marked.
     */
    {7, "CREATE TABLE retention ("
	" seq INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs (id),"
	" at INTEGER NOT NULL, before INTEGER NOT NULL," /* runs that began before */
	" documents INTEGER NOT NULL, intents INTEGER NOT NULL, outcomes INTEGER NOT NULL,"
	" sha256 TEXT NOT NULL) STRICT;"
	"ALTER TABLE seals ADD COLUMN removed INTEGER;" /* seq of retention; NULL: is there */
	"CREATE INDEX seals_removed ON seals (removed, part, row) WHERE removed IS NOT NULL;"
	"CREATE INDEX intents_run ON intents (run);"
	"CREATE INDEX outcomes_intent ON outcomes (intent);"
	"CREATE TRIGGER retention_fixed BEFORE UPDATE ON retention"
	" BEGIN SELECT raise(ABORT, 'a removal never changes'); END;"
	"CREATE TRIGGER retention_kept BEFORE DELETE ON retention"
	" BEGIN SELECT raise(ABORT, 'a removal is never forgotten'); END;"
	"DROP TRIGGER seals_fixed;"
	"CREATE TRIGGER seals_fixed BEFORE UPDATE OF part, row, link, sha256 ON seals"
	" BEGIN SELECT raise(ABORT, 'a seal never changes'); END;"
	"CREATE TRIGGER seals_marked BEFORE UPDATE OF removed ON seals"
	" WHEN old.removed IS NOT NULL OR old.part NOT IN ('documents', 'intents', 'outcomes')"
	" BEGIN SELECT raise(ABORT, 'a seal never changes'); END;"
	"DROP TRIGGER intents_kept;"
	"CREATE TRIGGER intents_kept BEFORE DELETE ON intents WHEN NOT EXISTS (SELECT 1 FROM"
	" seals WHERE part = 'intents' AND row = old.id AND removed IS NOT NULL)"
	" BEGIN SELECT raise(ABORT, 'the journal is never deleted'); END;"
	"DROP TRIGGER outcomes_kept;"
	"CREATE TRIGGER outcomes_kept BEFORE DELETE ON outcomes WHEN NOT EXISTS (SELECT 1 FROM"
	" seals WHERE part = 'outcomes' AND row = old.id AND removed IS NOT NULL)"
	" BEGIN SELECT raise(ABORT, 'the journal is never deleted'); END;"
	"DROP TRIGGER runs_ended;"
	"CREATE TRIGGER runs_ended BEFORE UPDATE ON runs WHEN old.ended IS NOT NULL"
	" AND NOT (new.document IS NULL AND new.ended = old.ended"
	" AND new.exit_code IS old.exit_code AND new.summary IS old.summary"
	" AND EXISTS (SELECT 1 FROM"
	" seals WHERE part = 'documents' AND row = old.seq AND removed IS NOT NULL))"
	" BEGIN SELECT raise(ABORT, 'a run ends once'); END;"
	"PRAGMA user_version = 7;"},

    /* Documents are packed (document.c); those of older runs stay as they were sealed. */
    {8, "ALTER TABLE runs ADD COLUMN packed BLOB;"
	"ALTER TABLE runs ADD COLUMN size INTEGER;" /* bytes of the document */
	"DROP TRIGGER seals_marked;"
	"CREATE TRIGGER seals_marked BEFORE UPDATE OF removed ON seals"
	" WHEN old.removed IS NOT NULL"
	" OR old.part NOT IN ('documents', 'packed', 'intents', 'outcomes')"
	" BEGIN SELECT raise(ABORT, 'a seal never changes'); END;"
	"DROP TRIGGER runs_ended;"
	"CREATE TRIGGER runs_ended BEFORE UPDATE ON runs WHEN old.ended IS NOT NULL"
	" AND NOT (new.document IS NULL AND new.packed IS NULL AND new.size IS NULL"
	" AND new.ended = old.ended AND new.exit_code IS old.exit_code"
	" AND new.summary IS old.summary AND EXISTS (SELECT 1 FROM seals WHERE"
	" part IN ('documents', 'packed') AND row = old.seq AND removed IS NOT NULL))"
	" BEGIN SELECT raise(ABORT, 'a run ends once'); END;"
	"PRAGMA user_version = 8;"},

    /* A run has a link at its beginning, too, so its id is no longer the only one in the chain. */
    {9, "CREATE TABLE links ("
	" seq INTEGER PRIMARY KEY,"		   /* 1, 2, 3 ... */
	" run TEXT NOT NULL REFERENCES runs (id)," /* whose beginning or end made the link */
	" sha256 TEXT NOT NULL) STRICT;"
	"INSERT INTO links SELECT seq, run, sha256 FROM chain;"
	"DROP TABLE chain;"
	"ALTER TABLE links RENAME TO chain;"
	"CREATE INDEX chain_run ON chain (run, seq);"
	"CREATE TRIGGER chain_fixed BEFORE UPDATE ON chain"
	" BEGIN SELECT raise(ABORT, 'the chain never changes'); END;"
	"CREATE TRIGGER chain_kept BEFORE DELETE ON chain"
	" BEGIN SELECT raise(ABORT, 'the chain is never cut'); END;"
	"PRAGMA user_version = 9;"},

    /* What a plan offers to approve: an approval holds for a time after it was last offered. */
    {10, "ALTER TABLE plans ADD COLUMN approval TEXT;"
	 "CREATE INDEX plans_approval ON plans (approval) WHERE approval IS NOT NULL;"
	 "PRAGMA user_version = 10;"},

    /* How long the record of a window counts: one that is gone before is missed.  NULL: not known. */
    {11, "ALTER TABLE windows ADD COLUMN record_until INTEGER;"
	 "PRAGMA user_version = 11;"},

    /*
     * Who gave time that is still ahead (model/history.h, struct giver); of later records keys and ends by the day of the end;
     * small things by kind and key; under what an intent counts against the limits (gain: what it gives, else what it takes).
     */
    {12, "DROP TABLE windows;"
	 "CREATE TABLE givers ("
	 " n INTEGER PRIMARY KEY, kind INTEGER NOT NULL, object INTEGER NOT NULL,"
	 " email TEXT NOT NULL, door_id INTEGER NOT NULL, valid_from INTEGER, valid_until INTEGER,"
	 " source TEXT, record TEXT, rule TEXT, via TEXT, record_kind INTEGER NOT NULL,"
	 " content INTEGER NOT NULL, how INTEGER NOT NULL) STRICT;"
	 "CREATE TABLE later ("
	 " source TEXT NOT NULL, day INTEGER NOT NULL, packed BLOB NOT NULL,"
	 " PRIMARY KEY (source, day)) STRICT, WITHOUT ROWID;"
	 "CREATE TABLE memory ("
	 " kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,"
	 " PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID;"
	 "CREATE TABLE counted ("
	 " intent INTEGER NOT NULL, gain INTEGER NOT NULL, unit TEXT NOT NULL,"
	 " PRIMARY KEY (intent, gain)) STRICT, WITHOUT ROWID;"
	 "PRAGMA user_version = 12;"},
};

static int64_t
version_of(struct store *store)
{
	return stmt_ask(store, "PRAGMA user_version");
}

/* An empty database is anybody's; any other must carry our mark. */
static void
check_owner(struct store *store)
{
	if (stmt_ask(store, "PRAGMA application_id") == SCHEMA_APPLICATION ||
	    stmt_ask(store, "SELECT count(*) FROM sqlite_schema") == 0)
		return;
	stmt_fail(store, EXIT_FAILED, "name another file in [state] database",
	    "is the database of another program");
}

static void
check_version(struct store *store)
{
	int64_t newest = steps[G_N_ELEMENTS(steps) - 1].version;
	int64_t version = version_of(store);
	if (version <= newest)
		return;
	stmt_fail(store, EXIT_FAILED, "use the newer kisi-reconcile that wrote it",
	    "has schema %" G_GINT64_FORMAT ", and this program knows none above %" G_GINT64_FORMAT,
	    version, newest);
}

bool
schema_current(struct store *store)
{
	check_owner(store);
	check_version(store);
	return store->failed == NULL && version_of(store) == steps[G_N_ELEMENTS(steps) - 1].version;
}

void
schema_upgrade(struct store *store)
{
	check_owner(store);
	check_version(store);
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (store->failed != NULL || version_of(store) >= steps[i].version)
			continue;
		stmt_script(store, "BEGIN IMMEDIATE");
		/* Another process may have made the step while this one waited for its turn. */
		if (version_of(store) < steps[i].version)
			stmt_script(store, steps[i].sql);
		stmt_script(store, "COMMIT");
	}
}
