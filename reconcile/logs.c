/*
 * A log of events beside a full export.  Decides which of the two counts for an id, by when each was made, and nothing
 * else: what it says is judged like any row.
 */
#include "reconcile/logs.h"

struct settling {
	uint32_t log, export;
	const struct full_export *full;
	const struct repeats *repeats;
	void (*lose)(void *user, const struct superseded *);
	void *user;
};

static void
settle_id(void *user, const char *id, const struct kept_row *event)
{
	const struct settling *s = user;
	const struct kept_row *row = s->full->good
					 ? repeats_row(s->repeats, s->export, event->kind, id)
					 : NULL;
	struct superseded loser = {.former = event->gave, .bare = false};
	/* The time of its file bounds that of an undated event only from above. */
	bool counts = row != NULL ? !event->undated && event->made > row->made
				  : event->made > s->full->made;
	if (counts && row == NULL)
		return;
	if (counts)
		loser = (struct superseded){
		    .former = row->gave, .by = event->gave, .bare = event->bare};
	s->lose(s->user, &loser);
}

void
logs_settle(const struct config *config, const struct full_export *exports,
    const struct repeats *repeats, void (*lose)(void *user, const struct superseded *), void *user)
{
	for (guint log = 0; log < config->sources->len; log++) {
		const struct source_config *export = config_log_of(config, log);
		guint number;
		if (export == NULL)
			continue;
		bool configured = g_ptr_array_find(config->sources, export, &number);
		g_assert(configured);
		struct settling settling = {log, number, &exports[number], repeats, lose, user};
		repeats_each(repeats, log, settle_id, &settling);
	}
}
