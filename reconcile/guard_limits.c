/*
 * The limits.  They count people who would lose access nobody announced; expected endings never count, so that a busy
 * morning trips nothing.  Only an approval of exactly these removals lifts them.
 */
#include "reconcile/guard_run.h"

#include <string.h>

/* The exact command that lets exactly this plan's removals through. */
static char *
approval_hint(const struct guard_run *run, int64_t removals)
{
	const char *config = run->world->config->path;
	return g_strdup_printf("if they are right: kisi-reconcile -c %s apply --approve %s "
			       "--max-removals %" G_GINT64_FORMAT,
	    config != NULL ? config : "CONFIG", run->plan->removals_id, removals);
}

/* What another guard holds anyway does not count: it does not happen. */
static bool
counts_as_removal(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	const int64_t *group_id = about;
	return guard_is_surprising(run, change) && change->held == NULL &&
	       (group_id == NULL || change->group_id == *group_id);
}

static size_t
people_in_group(const struct guard_run *run, int64_t group_id)
{
	size_t count = 0;
	for (guint i = 0; i < run->world->holdings->len; i++) {
		const struct holding *holding = &g_array_index(
		    run->world->holdings, struct holding, i);
		count += holding->group_id == group_id &&
			 holding->assignment->valid.until > run->world->now;
	}
	return count;
}

struct limited {
	GPtrArray *changes; /* NULL: passed */
	const char *guard;
	const char *scope;
	int64_t measured, limit;
	char *text;
};

static struct limited
measure(const struct guard_run *run, const char *guard, const char *scope,
    const struct limit *limit, size_t population, int64_t before, const int64_t *group_id)
{
	struct limited result = {.changes = guard_select_changes(run, counts_as_removal, group_id),
	    .guard = guard,
	    .scope = scope};
	int64_t people = (int64_t)guard_count_people(result.changes);
	char *text = limit_text(limit);
	result.measured = people + before;
	result.limit = limit_value(limit, (int64_t)population);
	result.text = g_strdup_printf(
	    "%" G_GINT64_FORMAT
	    " of %zu people%s would lose access nobody announced; at most %" G_GINT64_FORMAT
	    " (%s)",
	    result.measured, population, before > 0 ? ", those of the last 24 h included," : "",
	    result.limit, text);
	g_free(text);
	return result;
}

static int
compare_ids(gconstpointer p, gconstpointer q)
{
	return strcmp((*(struct change *const *)p)->id, (*(struct change *const *)q)->id);
}

/* An approval names the removals alone: it must still fit when the rest of the plan is done. */
static void
identify_removals(struct guard_run *run, GPtrArray *removals)
{
	GString *ids = g_string_new(NULL);
	g_ptr_array_sort(removals, compare_ids);
	for (guint i = 0; i < removals->len; i++)
		g_string_append(ids, ((const struct change *)g_ptr_array_index(removals, i))->id);
	plan_make_id(run->plan->removals_id, "removals", ids->str, NULL);
	g_string_free(ids, TRUE);
}

static bool
is_approved(const struct guard_run *run, int64_t removals)
{
	const struct approval *approval = run->world->history->approval;
	return approval != NULL && removals <= approval->max_removals &&
	       (strcmp(approval->plan_id, run->plan->removals_id) == 0 ||
		   strcmp(approval->plan_id, run->plan->id) == 0);
}

/* All limits are measured before any of them holds: each speaks for the whole plan. */
void
guard_limits(struct guard_run *run)
{
	const struct world *world = run->world;
	GArray *results = g_array_new(FALSE, FALSE, sizeof(struct limited));
	for (guint i = 0; i < world->groups->managed->len; i++) {
		const struct managed_group *group = &g_array_index(
		    world->groups->managed, struct managed_group, i);
		struct limited one = measure(run, "max_group_removals", group->name,
		    &world->config->guards.max_group_removals, people_in_group(run, group->id), 0,
		    &group->id);
		g_array_append_val(results, one);
	}
	struct limited all = measure(run, "max_removals", NULL, &world->config->guards.max_removals,
	    run->plan->managed_people, 0, NULL);
	struct limited day = measure(run, "max_day_removals", NULL,
	    &world->config->guards.max_day_removals, run->plan->managed_people,
	    world->history->day_removals, NULL);
	g_array_append_val(results, all);
	g_array_append_val(results, day);
	int64_t removals = all.measured;
	identify_removals(run, all.changes);
	bool fits = is_approved(run, removals);
	char *hint = approval_hint(run, removals);
	for (guint i = 0; i < results->len; i++) {
		struct limited *one = &g_array_index(results, struct limited, i);
		bool tripped = one->measured > one->limit && one->changes->len > 0;
		if (tripped && fits) {
			char *text = g_strdup_printf(
			    "%s; approved by %s", one->text, world->history->approval->who);
			g_free(one->text);
			one->text = text;
			run->plan->approved = true;
		}
		guard_conclude(run, one->guard, one->scope, tripped && !fits, one->measured,
		    one->limit, one->changes, one->text, hint);
		g_ptr_array_unref(one->changes);
	}
	g_free(hint);
	g_array_unref(results);
}

static bool
is_grant(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	return guard_action_of(run, change) == ACTION_GRANT && change->held == NULL;
}

void
guard_grants(struct guard_run *run)
{
	const struct limit *limit = &run->world->config->guards.max_grants;
	int64_t most = limit_value(limit, (int64_t)run->plan->managed_people);
	GPtrArray *grants = guard_select_changes(run, is_grant, NULL);
	char *text = limit_text(limit);
	guard_conclude(run, "max_grants", NULL, grants->len > most, grants->len, most, grants,
	    g_strdup_printf("%u grants, %zu people have access now; at most %" G_GINT64_FORMAT
			    " (%s)",
		grants->len, run->plan->managed_people, most, text),
	    "if they are right: raise [guards] max_grants for one run");
	g_free(text);
	g_ptr_array_unref(grants);
}
