/*
 * The rules that were in force when this program last applied: the next run compares its own with
 * them, and only observes what a changed rule would take away.
 */
#include "store/load.h"

void
rules_load(struct store *store, struct history *history)
{
	sqlite3_stmt *row = stmt_query(store, STMT_RULES, "");
	while (stmt_row(store, row)) {
		struct rule_seen rule = {
		    .name = history_text(history, stmt_text(row, 0)),
		    .text = history_text(history, stmt_text(row, 1)),
		    .group = history_text(history, stmt_text(row, 2)),
		};
		g_array_append_val(history->rules, rule);
	}
}

static bool
same_rules(struct store *store, const GArray *rules)
{
	unsigned n = 0;
	bool same = true;
	sqlite3_stmt *row = stmt_query(store, STMT_RULES, "");
	while (stmt_row(store, row)) {
		const struct rule_seen *rule = n < rules->len
						   ? &g_array_index(rules, struct rule_seen, n)
						   : NULL;
		same = same && rule != NULL && g_strcmp0(rule->name, stmt_text(row, 0)) == 0 &&
		       g_strcmp0(rule->text, stmt_text(row, 1)) == 0 &&
		       g_strcmp0(rule->group, stmt_text(row, 2)) == 0;
		n++;
	}
	return same && n == rules->len;
}

bool
store_save_rules(struct store *store, const GArray *rules, GError **error)
{
	stmt_begin(store, STMT_WRITE);
	if (!same_rules(store, rules)) {
		stmt_run(store, STMT_RULES_CLEAR, "");
		for (unsigned i = 0; i < rules->len; i++) {
			const struct rule_seen *rule = &g_array_index(rules, struct rule_seen, i);
			stmt_run(store, STMT_RULE_SAVE, "ittt", (int64_t)i, rule->name, rule->text,
			    rule->group);
		}
	}
	return stmt_end(store, error);
}
