/*
 * Every SQL text of this program in one table.  What a statement means to a run is decided by who runs it; which tables
 * there are is decided in schema.c.
 */
#include "store/sql.h"

/*
 * What the hash chain seals (chain.c): the same values of a row in the same order, whenever it is looked at.
 *
 * OPEN_...: may a row of this run still wait for its seal?  Whoever begins or ends seals what is there, so only a run
 * that goes on has such rows: one without an end, after which none began that holds the same lock.
 */
#define SEALED_RUNS "r.seq, r.id, r.command, r.who, r.version, r.as_of, r.started"
#define SEALED_ENDS "r.seq, r.ended, r.exit_code, r.summary"
#define SEALED_DOCUMENTS "r.seq, r.document"
#define SEALED_PACKED "r.seq, r.size, r.packed"
#define SEALED_INTENTS                                                                             \
	"r.id, r.run, r.change_id, r.action, r.email, r.user_id, r.group_id, r.have_id,"           \
	" r.have_from, r.have_until, r.wanted, r.want_from, r.want_until, r.cause, r.source,"      \
	" r.rule, r.surprising, r.at, r.lock_id, r.label"
#define SEALED_OUTCOMES "r.id, r.intent, r.outcome, r.text, r.at"
#define SEALED_PLANS "r.seq, r.id, r.run"
#define SEALED_OFFERS "r.seq, r.approval"
#define SEALED_PLAN_USES "r.seq, r.plan, r.run"
#define SEALED_APPROVALS "r.seq, r.plan, r.max_removals, r.who, r.at, r.run"
#define SEALED_RETENTION                                                                           \
	"r.seq, r.run, r.at, r.before, r.documents, r.intents, r.outcomes, r.sha256"

#define OFFERS "(SELECT * FROM plans WHERE approval IS NOT NULL)"

#define FRESH(columns, table, row, part)                                                           \
	"SELECT " columns " FROM " table " r WHERE r." row " >"                                    \
	" (SELECT ifnull(max(row), 0) FROM seals WHERE part = '" part "') ORDER BY r." row
/* Of this run alone, unless it is the first.  By its number: years of runs are not gone through for each new one. */
#define FRESH_OF_RUN(columns, there, is_first)                                                     \
	"SELECT " columns " FROM runs r WHERE " there " AND r.seq IN (SELECT seq FROM runs"        \
	" WHERE id = ?1 UNION ALL SELECT seq FROM runs WHERE " is_first ") ORDER BY r.seq"
/* What came before the chain is sealed by its first link. */
#define NO_CHAIN "NOT EXISTS (SELECT 1 FROM chain)"
#define ALL(columns, rows, row, part, run, open)                                                   \
	"SELECT s.row, s.link, s.sha256, " open ", " run                                           \
	", (SELECT c.run FROM chain c WHERE c.seq = s.link), s.removed, " columns " FROM " rows    \
	" r"                                                                                       \
	" FULL JOIN (SELECT row, link, sha256, removed FROM seals WHERE part = '" part "') s"      \
	" ON s.row = r." row
#define GOES_ON                                                                                    \
	"o.ended IS NULL AND NOT EXISTS (SELECT 1 FROM runs n JOIN seals s ON s.part = 'runs'"     \
	" AND s.row = n.seq WHERE n.seq > o.seq"                                                   \
	" AND n.command = iif(o.command = 'unlock-due', o.command, 'apply'))"
#define OPEN_RUN "EXISTS (SELECT 1 FROM runs o WHERE o.id = r.run AND " GOES_ON ")"
#define OPEN_ANY "EXISTS (SELECT 1 FROM runs o WHERE " GOES_ON ")"
/* Are beginnings sealed when they are made, as since schema 9?  Then there is a link that does not end its run. */
#define BEGINNINGS_SEALED                                                                          \
	"EXISTS (SELECT 1 FROM chain c WHERE NOT EXISTS (SELECT 1 FROM runs b JOIN seals e"        \
	" ON e.part = 'ends' AND e.row = b.seq WHERE b.id = c.run AND e.link = c.seq))"

/* By the clock, or as of when the run computed; what was refused does not count. */
#define WITHIN_A_DAY                                                                               \
	" AND ((i.at > ?1 AND i.at <= ?2) OR (r.as_of > ?1 AND r.as_of <= ?2)) AND NOT EXISTS"     \
	" (SELECT 1 FROM outcomes o WHERE o.intent = i.id AND o.outcome = 'failed')"

#define RUN_LAST "id, as_of, started, ended, exit_code, summary"

const struct statement statements[STMT_COUNT] = {
    [STMT_READ] = {"begin to read", "BEGIN"},
    [STMT_WRITE] = {"begin to write", "BEGIN IMMEDIATE"},
    [STMT_COMMIT] = {"commit", "COMMIT"},
    [STMT_ROLLBACK] = {"roll back", "ROLLBACK"},

    [STMT_RUN_EXISTS] = {"read runs", "SELECT 1 FROM runs WHERE id = ?1"},
    [STMT_RUN_BEGIN] = {"begin a run",
	"INSERT INTO runs (id, command, who, version, as_of, started)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6)"},
    [STMT_RUN_STATE] = {"read runs", "SELECT ended IS NOT NULL FROM runs WHERE id = ?1"},
    [STMT_RUN_END] = {"end a run",
	"UPDATE runs SET ended = ?2, exit_code = ?3, summary = ?4, packed = ?5,"
	" size = iif(?5 IS NULL, NULL, ?6)"
	" WHERE id = ?1"},
    [STMT_RUNS] = {"read runs",
	"SELECT id, command, who, version, summary, as_of, started, ended, ifnull(exit_code, -1)"
	" FROM runs ORDER BY seq DESC LIMIT ?1"},
    [STMT_RUN_LAST] = {"read runs",
	"SELECT " RUN_LAST " FROM runs WHERE command = ?1 AND ended IS NOT NULL"
	" ORDER BY seq DESC LIMIT 1"},
    /* run_was_good */
    [STMT_RUN_LAST_GOOD] = {"read runs",
	"SELECT " RUN_LAST " FROM runs WHERE command = ?1 AND exit_code IN (0, 2, 3)"
	" ORDER BY seq DESC LIMIT 1"},
    /* ids are hex digits, so 'g' stands behind everything that begins with ?1 */
    [STMT_RUN_FIND] = {"read runs",
	"SELECT id FROM runs WHERE id >= ?1 AND id < ?1 || 'g' ORDER BY seq DESC"},
    [STMT_RUN_NEWEST_DOCUMENT] = {"read runs",
	"SELECT id FROM runs WHERE document IS NOT NULL OR packed IS NOT NULL"
	" ORDER BY seq DESC LIMIT 1"},
    [STMT_RUN_READ] = {"read runs",
	"SELECT command, who, version, as_of, started, ended, ifnull(exit_code, -1), summary,"
	" document, packed, size FROM runs WHERE id = ?1"},
    [STMT_RUN_PLAN] = {"read plans", "SELECT id FROM plans WHERE run = ?1 ORDER BY seq"},
    [STMT_RUN_APPLIED] = {"read plans", "SELECT plan FROM plan_uses WHERE run = ?1"},
    [STMT_RUN_APPROVAL] = {"read approvals",
	"SELECT plan, max_removals, who, at FROM approvals WHERE run = ?1"},
    [STMT_RUN_INTENTS] = {"read the journal",
	"SELECT id, change_id, action, email, user_id, group_id, lock_id, label, have_id,"
	" have_from, have_until, wanted, want_from, want_until, cause, source, rule, surprising, at"
	" FROM intents WHERE run = ?1 ORDER BY id"},
    [STMT_DOOR_LOG] = {"read the journal",
	"SELECT i.run, i.at, i.action, i.email, i.wanted, i.have_from, i.have_until, i.want_from,"
	" i.want_until, ifnull((SELECT o.outcome FROM outcomes o WHERE o.intent = i.id"
	" ORDER BY o.id DESC LIMIT 1), 'open') FROM intents i"
	" WHERE (?1 <> 0 AND i.group_id = ?1) OR (?2 <> 0 AND i.lock_id = ?2) ORDER BY i.id"},
    [STMT_RUN_OUTCOMES] = {"read the journal",
	"SELECT o.intent, o.outcome, o.text, o.at FROM outcomes o JOIN intents i"
	" ON i.id = o.intent WHERE i.run = ?1 ORDER BY o.intent, o.id"},
    [STMT_RUN_EVER_APPLIED] = {"read runs",
	"SELECT EXISTS (SELECT 1 FROM runs WHERE command = 'apply' AND ended IS NOT NULL)"},

    /* Only its own: one that somebody added is never sealed. */
    [STMT_FRESH_RUNS] = {"seal runs",
	FRESH_OF_RUN(SEALED_RUNS,
	    "NOT EXISTS (SELECT 1 FROM seals s WHERE s.part = 'runs' AND s.row = r.seq)",
	    "NOT " BEGINNINGS_SEALED)},
    [STMT_FRESH_ENDS] = {"seal runs", FRESH_OF_RUN(SEALED_ENDS, "r.ended IS NOT NULL", NO_CHAIN)},
    [STMT_FRESH_DOCUMENTS] = {"seal runs",
	FRESH_OF_RUN(SEALED_DOCUMENTS, "r.document IS NOT NULL", NO_CHAIN)},
    [STMT_FRESH_PACKED] = {"seal runs",
	FRESH_OF_RUN(SEALED_PACKED, "r.packed IS NOT NULL", NO_CHAIN)},
    [STMT_FRESH_INTENTS] = {"seal the journal", FRESH(SEALED_INTENTS, "intents", "id", "intents")},
    [STMT_FRESH_OUTCOMES] = {"seal the journal",
	FRESH(SEALED_OUTCOMES, "outcomes", "id", "outcomes")},
    [STMT_FRESH_PLANS] = {"seal plans", FRESH(SEALED_PLANS, "plans", "seq", "plans")},
    [STMT_FRESH_OFFERS] = {"seal plans", FRESH(SEALED_OFFERS, OFFERS, "seq", "offers")},
    [STMT_FRESH_PLAN_USES] = {"seal plans",
	FRESH(SEALED_PLAN_USES, "plan_uses", "seq", "plan_uses")},
    [STMT_FRESH_APPROVALS] = {"seal approvals",
	FRESH(SEALED_APPROVALS, "approvals", "seq", "approvals")},
    [STMT_FRESH_RETENTION] = {"seal removals",
	FRESH(SEALED_RETENTION, "retention", "seq", "retention")},
    [STMT_ALL_RUNS] = {"read runs", ALL(SEALED_RUNS, "runs", "seq", "runs", "r.id",
					"r.ended IS NULL AND NOT " BEGINNINGS_SEALED)},
    [STMT_ALL_ENDS] = {"read runs", ALL(SEALED_ENDS, "(SELECT * FROM runs WHERE ended IS NOT NULL)",
					"seq", "ends", "r.id", "0")},
    [STMT_ALL_DOCUMENTS] = {"read runs",
	ALL(SEALED_DOCUMENTS, "(SELECT * FROM runs WHERE document IS NOT NULL)", "seq", "documents",
	    "r.id", "0")},
    [STMT_ALL_PACKED] = {"read runs",
	ALL(SEALED_PACKED, "(SELECT * FROM runs WHERE packed IS NOT NULL)", "seq", "packed", "r.id",
	    "0")},
    [STMT_ALL_INTENTS] = {"read the journal",
	ALL(SEALED_INTENTS, "intents", "id", "intents", "r.run", OPEN_RUN)},
    /* Found out by any run that is still to end, whoever sent it. */
    [STMT_ALL_OUTCOMES] = {"read the journal",
	ALL(SEALED_OUTCOMES, "outcomes", "id", "outcomes",
	    "(SELECT i.run FROM intents i WHERE i.id = r.intent)", OPEN_ANY)},
    [STMT_ALL_PLANS] = {"read plans",
	ALL(SEALED_PLANS, "plans", "seq", "plans", "r.run", OPEN_RUN)},
    [STMT_ALL_OFFERS] = {"read plans",
	ALL(SEALED_OFFERS, OFFERS, "seq", "offers", "r.run", OPEN_RUN)},
    [STMT_ALL_PLAN_USES] = {"read plans",
	ALL(SEALED_PLAN_USES, "plan_uses", "seq", "plan_uses", "r.run", OPEN_RUN)},
    [STMT_ALL_APPROVALS] = {"read approvals",
	ALL(SEALED_APPROVALS, "approvals", "seq", "approvals", "r.run", OPEN_RUN)},
    [STMT_ALL_RETENTION] = {"read removals",
	ALL(SEALED_RETENTION, "retention", "seq", "retention", "r.run", OPEN_RUN)},
    [STMT_SEAL] = {"seal the audit trail",
	"INSERT INTO seals (part, row, link, sha256) VALUES (?1, ?2, ?3, ?4)"},
    [STMT_SEALS] = {"read the chain",
	"SELECT part, row, sha256 FROM seals WHERE link = ?1 ORDER BY part, row"},
    [STMT_SEALS_LOOSE] = {"read the chain",
	"SELECT count(*) FROM seals WHERE link > ?1 HAVING count(*) > 0"},
    [STMT_SEALED_LAST] = {"read the chain",
	"SELECT ifnull(max(row), 0) FROM seals WHERE part = ?1"},
    [STMT_CHAIN] = {"read the chain",
	"SELECT c.seq, c.run, c.sha256, EXISTS (SELECT 1 FROM runs r WHERE r.id = c.run"
	" AND (r.ended IS NOT NULL OR EXISTS (SELECT 1 FROM seals s WHERE s.part = 'runs'"
	" AND s.row = r.seq AND s.link = c.seq))) FROM chain c ORDER BY c.seq"},
    [STMT_CHAIN_ADD] = {"add to the chain",
	"INSERT INTO chain (seq, run, sha256) VALUES (?1, ?2, ?3)"},
    [STMT_CHAIN_HEAD] = {"read the chain",
	"SELECT seq, sha256 FROM chain ORDER BY seq DESC LIMIT 1"},
    [STMT_CHAIN_BEGINS] = {"read the chain",
	"SELECT (SELECT count(*) FROM runs), (SELECT count(*) FROM runs WHERE ended IS NULL),"
	" (SELECT count(*) FROM seals s JOIN runs r ON r.seq = s.row WHERE s.part = 'ends'"
	" AND s.link = 1 AND r.id <> (SELECT run FROM chain WHERE seq = 1)),"
	" (SELECT count(*) FROM seals WHERE part = 'ends' AND link > ?1)"},
    [STMT_CHAIN_OF_RUN] = {"read the chain",
	"SELECT sha256 FROM chain WHERE run = ?1 ORDER BY seq DESC LIMIT 1"},

    /*
     * Removing what is old.  What is not sealed stays, and so do open intents.  The newest intent and outcome stay, too:
     * SQLite would give their numbers to others.
     */
    [STMT_REMOVAL_NEXT] = {"remove old runs", "SELECT ifnull(max(seq), 0) + 1 FROM retention"},
    [STMT_MARK_DOCUMENTS] = {"remove old runs",
	"UPDATE seals SET removed = ?1 WHERE part IN ('documents', 'packed') AND removed IS NULL"
	" AND row IN (SELECT seq FROM runs WHERE started < ?2"
	" AND (document IS NOT NULL OR packed IS NOT NULL)) RETURNING row"},
    [STMT_MARK_INTENTS] = {"remove old runs",
	"UPDATE seals SET removed = ?1 WHERE part = 'intents' AND removed IS NULL AND row IN"
	" (SELECT i.id FROM runs r JOIN intents i ON i.run = r.id WHERE r.started < ?2"
	" AND i.id < (SELECT max(id) FROM intents)"
	" AND (i.action = 'unlock' OR EXISTS (SELECT 1 FROM outcomes o WHERE o.intent = i.id"
	" AND o.outcome <> 'unknown'))"
	" AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.intent = i.id"
	" AND (o.id = (SELECT max(id) FROM outcomes) OR NOT EXISTS"
	" (SELECT 1 FROM seals s WHERE s.part = 'outcomes' AND s.row = o.id)))) RETURNING row"},
    [STMT_MARK_OUTCOMES] = {"remove old runs",
	"UPDATE seals SET removed = ?1 WHERE part = 'outcomes' AND removed IS NULL AND ?2 <> 0"
	" AND row IN (SELECT o.id FROM seals s JOIN outcomes o ON o.intent = s.row"
	" WHERE s.part = 'intents' AND s.removed = ?1) RETURNING row"},
    [STMT_REMOVE_OUTCOMES] = {"remove old runs",
	"DELETE FROM outcomes WHERE id IN"
	" (SELECT row FROM seals WHERE part = 'outcomes' AND removed = ?1)"},
    [STMT_REMOVE_INTENTS] = {"remove old runs",
	"DELETE FROM intents WHERE id IN"
	" (SELECT row FROM seals WHERE part = 'intents' AND removed = ?1)"},
    [STMT_REMOVE_COUNTED] = {"remove old runs",
	"DELETE FROM counted WHERE intent NOT IN (SELECT id FROM intents)"},
    [STMT_REMOVE_DOCUMENTS] = {"remove old runs",
	"UPDATE runs SET document = NULL, packed = NULL, size = NULL WHERE seq IN"
	" (SELECT row FROM seals WHERE part IN ('documents', 'packed') AND removed = ?1)"},
    [STMT_REMOVAL_ADD] = {"remove old runs",
	"INSERT INTO retention (seq, run, at, before, documents, intents, outcomes, sha256)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"},
    /* What nobody looks at any more; it is no part of the audit trail. */
    [STMT_REMOVE_FINDINGS] = {"remove old findings", "DELETE FROM findings WHERE last_seen < ?1"},
    [STMT_REMOVE_LEDGER] = {"remove old entries of the ledger",
	"DELETE FROM ledger WHERE gone_at < ?1 AND made_at < ?1"},
    [STMT_REMOVE_PASSES] = {"remove old entries of the ledger",
	"DELETE FROM passes WHERE gone_at < ?1 AND made_at < ?1"},
    [STMT_REMOVED] = {"read removals",
	"SELECT part, row, sha256 FROM seals WHERE removed = ?1 ORDER BY part, row"},
    [STMT_REMOVALS] = {"read removals",
	"SELECT seq, run, at, before, documents, intents, outcomes, sha256 FROM retention"
	" ORDER BY seq"},
    [STMT_REMOVED_LOOSE] = {"read removals",
	"SELECT part, row FROM seals WHERE removed IS NOT NULL"
	" AND removed NOT IN (SELECT seq FROM retention) ORDER BY part, row"},
    [STMT_REMOVED_OF_RUN] = {"read removals",
	"SELECT run, at FROM retention WHERE before > ?1 ORDER BY seq LIMIT 1"},

    [STMT_IMPORTS] = {"read the last imports",
	"SELECT id, source, as_of, rows, latest FROM imports ORDER BY source"},
    [STMT_IMPORT_DIGEST] = {"read the last imports",
	"SELECT digest FROM imports WHERE source = ?1"},
    [STMT_IMPORT_SAVE] = {"save an import",
	"INSERT INTO imports (source, as_of, rows, latest, digest) VALUES (?1, ?2, ?3, ?4, ?5)"
	" ON CONFLICT (source) DO UPDATE SET as_of = excluded.as_of, rows = excluded.rows,"
	" latest = excluded.latest, digest = excluded.digest RETURNING id"},
    [STMT_GIVERS] = {"read who gave time",
	"SELECT n, kind, object, email, door_id, valid_from, valid_until, source, record, rule,"
	" via, record_kind, content, how FROM givers"},
    [STMT_GIVER_SAVE] = {"save who gave time",
	"INSERT INTO givers (kind, object, email, door_id, valid_from, valid_until, source, record,"
	" rule, via, record_kind, content, how)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"},
    [STMT_GIVER_DROP] = {"save who gave time", "DELETE FROM givers WHERE n = ?1"},
    [STMT_LATER] = {"read later records", "SELECT source, day, packed FROM later"},
    [STMT_LATER_SAVE] = {"save later records",
	"INSERT INTO later (source, day, packed) VALUES (?1, ?2, ?3)"
	" ON CONFLICT (source, day) DO UPDATE SET packed = excluded.packed"},
    [STMT_LATER_DROP] = {"save later records", "DELETE FROM later WHERE source = ?1 AND day = ?2"},
    [STMT_MEMORY] = {"read what is remembered", "SELECT kind, key, value FROM memory"},
    [STMT_MEMORY_KEYS] = {"read what is remembered of a kind",
	"SELECT key FROM memory WHERE kind = ?1"},
    [STMT_MEMORY_SAVE] = {"remember",
	"INSERT INTO memory (kind, key, value) VALUES (?1, ?2, ?3) ON CONFLICT (kind, key)"
	" DO UPDATE SET value = excluded.value WHERE value <> excluded.value"},
    [STMT_MEMORY_DROP] = {"forget", "DELETE FROM memory WHERE kind = ?1 AND key = ?2"},
    [STMT_COUNT_UNIT] = {"write the journal",
	"INSERT INTO counted (intent, gain, unit) VALUES (?1, ?2, ?3)"},
    [STMT_BLOCKED] = {"read blocked people",
	"SELECT email FROM blocked WHERE import = ?1 ORDER BY email"},
    [STMT_BLOCKED_CLEAR] = {"save blocked people", "DELETE FROM blocked WHERE import = ?1"},
    [STMT_BLOCKED_SAVE] = {"save blocked people",
	"INSERT INTO blocked (import, email) VALUES (?1, ?2) ON CONFLICT DO NOTHING"},
    [STMT_COLUMNS] = {"read the last columns",
	"SELECT name FROM import_columns WHERE import = ?1 ORDER BY name"},
    [STMT_COLUMNS_CLEAR] = {"save columns", "DELETE FROM import_columns WHERE import = ?1"},
    [STMT_COLUMN_SAVE] = {"save columns",
	"INSERT INTO import_columns (import, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING"},

    [STMT_RULES] = {"read the last rules", "SELECT name, text, grp FROM rules ORDER BY n"},
    [STMT_RULES_CLEAR] = {"save the rules", "DELETE FROM rules"},
    [STMT_RULE_SAVE] = {"save the rules",
	"INSERT INTO rules (n, name, text, grp) VALUES (?1, ?2, ?3, ?4)"},

    [STMT_FINDINGS] = {"read findings",
	"SELECT id, first_seen, last_seen, runs_seen FROM findings ORDER BY id"},
    [STMT_FINDING_SAVE] = {"save findings",
	"INSERT INTO findings (id, first_seen, last_seen, runs_seen) VALUES (?1, ?2, ?2, 1)"
	" ON CONFLICT (id) DO UPDATE SET first_seen = min(first_seen, excluded.first_seen),"
	" last_seen = excluded.last_seen, runs_seen = runs_seen + 1"
	" WHERE last_seen <> excluded.last_seen"},

    [STMT_PLAN_SAVE] = {"save a plan", "INSERT INTO plans (id, run, approval) VALUES (?1, ?3, ?2)"},
    [STMT_PLAN_SHOWN] = {"read plans",
	"SELECT r.as_of FROM plans p JOIN runs r ON r.id = p.run WHERE p.id = ?1 OR p.approval = ?1"
	" ORDER BY p.seq DESC LIMIT 1"},
    [STMT_PLAN_LOAD] = {"read a plan",
	"SELECT r.document, r.packed, r.size, r.id,"
	" EXISTS (SELECT 1 FROM plan_uses u WHERE u.plan = p.id) FROM plans p JOIN runs r"
	" ON r.id = p.run AND (r.document IS NOT NULL OR r.packed IS NOT NULL) WHERE p.id = ?1 "
	"ORDER BY p.seq DESC LIMIT 1"},
    [STMT_PLAN_USER] = {"read the use of a plan",
	"SELECT u.run FROM plans p LEFT JOIN plan_uses u ON u.plan = p.id"
	" WHERE p.id = ?1 LIMIT 1"},
    [STMT_PLAN_USE] = {"mark a plan as applied",
	"INSERT INTO plan_uses (plan, run, seq)"
	" VALUES (?1, ?2, (SELECT ifnull(max(seq), 0) + 1 FROM plan_uses))"},
    [STMT_APPROVAL] = {"read an approval", "SELECT who, at, run FROM approvals WHERE plan = ?1"},
    [STMT_APPROVAL_SAVE] = {"save an approval",
	"INSERT INTO approvals (plan, max_removals, who, at, run, seq)"
	" VALUES (?1, ?2, ?3, ?4, ?5, (SELECT ifnull(max(seq), 0) + 1 FROM approvals))"},

    [STMT_INTEND] = {"write the journal",
	"INSERT INTO intents (run, change_id, action, email, user_id, group_id, have_id, have_from,"
	" have_until, wanted, want_from, want_until, cause, source, rule, surprising, at, lock_id,"
	" label) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
	" ?17, ?18, ?19)"
	" RETURNING id"},
    [STMT_INTENT_STATE] = {"read the journal",
	"SELECT (SELECT outcome FROM outcomes o WHERE o.intent = i.id AND outcome <> 'unknown')"
	" FROM intents i WHERE i.id = ?1"},
    [STMT_OUTCOME] = {"write the journal",
	"INSERT INTO outcomes (intent, outcome, text, at) VALUES (?1, ?2, ?3, ?4)"},
    [STMT_OPEN_INTENTS] = {"read the journal",
	"SELECT id, at, run, change_id, action, email, user_id, group_id, have_id, have_from,"
	" have_until, wanted, want_from, want_until, cause, source, rule, surprising, lock_id,"
	" label FROM intents i WHERE action <> 'unlock' AND NOT EXISTS"
	" (SELECT 1 FROM outcomes o WHERE o.intent = i.id AND o.outcome <> 'unknown') ORDER BY id"},
    [STMT_DAY_REMOVALS] = {"read the journal",
	"SELECT DISTINCT coalesce(c.unit, nullif(i.email, ''), i.label, i.change_id)"
	" FROM intents i JOIN runs r ON r.id = i.run"
	" LEFT JOIN counted c ON c.intent = i.id AND c.gain = 0 WHERE i.surprising" WITHIN_A_DAY},
    [STMT_DAY_GAINS] = {"read the journal",
	"SELECT DISTINCT c.unit FROM counted c JOIN intents i ON i.id = c.intent"
	" JOIN runs r ON r.id = i.run WHERE c.gain = 1" WITHIN_A_DAY},

    [STMT_TRIED] = {"read the journal",
	"SELECT i.run, i.action, i.email, i.group_id, i.lock_id, ifnull(o.outcome, '') = 'failed',"
	" o.text, i.at FROM intents i LEFT JOIN outcomes o"
	" ON o.id = (SELECT max(id) FROM outcomes WHERE intent = i.id)"
	" WHERE i.run = (SELECT id FROM runs WHERE command IN ('apply', 'revert')"
	" ORDER BY seq DESC LIMIT 1) AND ifnull(o.outcome, '') <> 'done' ORDER BY i.id"},

    /* "action" as in the index, or SQLite would not use it */
    [STMT_DOOR_OPENED] = {"read the journal",
	"SELECT EXISTS (SELECT 1 FROM intents WHERE action = 'unlock' AND change_id = ?1"
	" AND (rule = ?2 OR lock_id = ?3))"},

    [STMT_LEDGER] = {"read the ledger",
	"SELECT assignment_id, email, group_id, valid_from, valid_until, source, rule, made_at,"
	" restored, gone_at IS NULL FROM ledger WHERE gone_at IS NULL OR made_at >= ?1"
	" ORDER BY email, group_id, made_at, assignment_id"},
    [STMT_LEDGER_PUT] = {"write the ledger",
	"INSERT INTO ledger (assignment_id, email, group_id, valid_from, valid_until, source, rule,"
	" made_at, restored) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
	" ON CONFLICT (assignment_id) DO UPDATE SET email = excluded.email,"
	" group_id = excluded.group_id, valid_from = excluded.valid_from,"
	" valid_until = excluded.valid_until, source = excluded.source, rule = excluded.rule,"
	" made_at = excluded.made_at, restored = excluded.restored, gone_at = NULL"},
    [STMT_LEDGER_GONE] = {"write the ledger",
	"UPDATE ledger SET gone_at = ?2 WHERE assignment_id = ?1 AND gone_at IS NULL"},
    [STMT_LEDGER_FOLLOW] = {"write the ledger",
	"INSERT OR IGNORE INTO ledger (assignment_id, email, group_id, valid_from, valid_until,"
	" source, rule, made_at, restored) SELECT ?2, email, group_id, valid_from, valid_until,"
	" source, rule, ?3, restored FROM ledger WHERE assignment_id = ?1 AND gone_at IS NULL"},

    [STMT_PASSES] = {"read the ledger",
	"SELECT object, id, label, email, door_id, valid_from, valid_until, source, rule, made_at,"
	" restored, gone_at IS NULL FROM passes WHERE made_at >= ?1"
	" OR (gone_at IS NULL AND ifnull(valid_until, ?1) >= ?1)"
	" ORDER BY object, label, email, made_at, id"},
    [STMT_PASS_PUT] = {"write the ledger",
	"INSERT INTO passes (object, id, label, email, door_id, valid_from, valid_until, source,"
	" rule, made_at, restored) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
	" ON CONFLICT (object, id) DO UPDATE SET label = excluded.label, email = excluded.email,"
	" door_id = excluded.door_id, valid_from = excluded.valid_from,"
	" valid_until = excluded.valid_until, source = excluded.source, rule = excluded.rule,"
	" made_at = excluded.made_at, restored = excluded.restored, gone_at = NULL"},
    [STMT_PASS_GONE] = {"write the ledger",
	"UPDATE passes SET gone_at = ?3 WHERE object = ?1 AND id = ?2 AND gone_at IS NULL"},

    [STMT_FACT] = {"read a fact", "SELECT value FROM facts WHERE key = ?1"},
    [STMT_FACT_SET] = {"save a fact",
	"INSERT INTO facts (key, value) VALUES (?1, ?2)"
	" ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value"},
};
