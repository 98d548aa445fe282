/*
 * The limits.  They count people who would lose access nobody announced; expected endings never count, so that a busy
 * morning trips nothing.  Only an approval of exactly these removals lifts them.
 */
#include "reconcile/cause.h"
#include "reconcile/guard_run.h"
#include "reconcile/passes.h"

#include <string.h>

/* The exact command that lets exactly this plan's removals through. */
static char *
approval_hint(const struct guard_run *run, int64_t removals)
{
	return g_strdup_printf(
	    "if they are right: %s --approve %s --max-removals %" G_GINT64_FORMAT,
	    run->facts->command, run->plan->removals_id, removals);
}

/* One limit over one scope: a group, a source, the run, or the day. */
struct limited {
	const char *guard;
	const char *scope; /* NULL: the whole run */
	const struct limit *limit;
	GPtrArray *removals; /* what counts against it */
	size_t population;
	const GPtrArray *before; /* people of earlier runs who count, too; NULL */
};

/* What another guard holds anyway does not count: it does not happen. */
static bool
counts_as_removal(const struct guard_run *run, const struct change *change)
{
	return guard_is_surprising(run, change) && change->held == NULL;
}

static void
add_limit(GArray *all, const char *guard, const char *scope, const struct limit *limit)
{
	struct limited one = {
	    .guard = guard, .scope = scope, .limit = limit, .removals = g_ptr_array_new()};
	g_array_append_val(all, one);
}

/* What a change is counted under: the managed group, or the links or schedules of one door. */
static char *
door_key(enum object object, int64_t id)
{
	return g_strdup_printf("%d %" G_GINT64_FORMAT, (int)object, id);
}

/* The limits of a run: those of doors, of sources that have one, then the run's, then the day's. */
struct limits {
	GArray *all;	   /* of struct limited */
	GHashTable *doors; /* door_key -> index */
	guint first_source, n_sources;
};

static void
add_door(
    struct guard_run *run, struct limits *limits, enum object object, int64_t id, const char *scope)
{
	char *key = door_key(object, id);
	if (g_hash_table_contains(limits->doors, key)) {
		g_free(key);
		return;
	}
	g_hash_table_insert(limits->doors, key, GUINT_TO_POINTER(limits->all->len));
	add_limit(limits->all, "max_group_removals", scope,
	    &run->world->config->guards.max_group_removals);
}

static struct limited *
limit_of(const struct limits *limits, enum object object, int64_t id)
{
	char *key = door_key(object, id);
	guint i = GPOINTER_TO_UINT(g_hash_table_lookup(limits->doors, key));
	g_free(key);
	return &g_array_index(limits->all, struct limited, i);
}

/* Whom the source let in by windows of its last good import, and by links and schedules that are there. */
static size_t
people_of(const struct world *world, uint32_t source, const struct last_import *import)
{
	GHashTable *people = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < import->windows->len; i++) {
		const struct last_window *window = &g_array_index(
		    import->windows, struct last_window, i);
		if (window->span.until > world->now)
			g_hash_table_add(people, (gpointer)window->email);
	}
	for (guint i = 0; i < world->passes->there->len; i++) {
		const struct pass *pass = &g_array_index(world->passes->there, struct pass, i);
		if (pass->source == source && pass->span.until > world->now)
			g_hash_table_add(
			    people, (gpointer)(*pass->email != '\0' ? pass->email : pass->label));
	}
	size_t count = g_hash_table_size(people);
	g_hash_table_unref(people);
	return count;
}

static void
add_sources(const struct world *world, struct limits *limits)
{
	limits->first_source = limits->all->len;
	for (guint i = 0; i < world->config->sources->len; i++) {
		const struct source_config *source = g_ptr_array_index(world->config->sources, i);
		const struct last_import *import = history_import(world->history, source->name);
		if (source->max_removals.count < 0 || import == NULL)
			continue;
		add_limit(limits->all, "max_source_removals", source->name, &source->max_removals);
		g_array_index(limits->all, struct limited, limits->all->len - 1).population =
		    people_of(world, i, import);
	}
	limits->n_sources = limits->all->len - limits->first_source;
}

/* Did the source give at its last good import what the change takes? */
static bool
gave(const struct guard_run *run, const char *source, const struct change *change)
{
	const struct world *world = run->world;
	if (change->label != NULL)
		return strcmp(world->policies[pass_source(world, change)].name, source) == 0;
	return cause_last_window(world, history_import(world->history, source),
		   guard_person_of(run, change), change->group_id) != NULL;
}

static void
count_for_sources(const struct guard_run *run, const struct limits *limits, struct change *change)
{
	for (guint i = 0; i < limits->n_sources; i++) {
		struct limited *one = &g_array_index(
		    limits->all, struct limited, limits->first_source + i);
		if (gave(run, one->scope, change))
			g_ptr_array_add(one->removals, change);
	}
}

static void
limits_init(struct guard_run *run, struct limits *limits)
{
	const struct world *world = run->world;
	limits->all = g_array_new(FALSE, FALSE, sizeof(struct limited));
	limits->doors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < world->groups->managed->len; i++) {
		const struct managed_group *group = &g_array_index(
		    world->groups->managed, struct managed_group, i);
		add_door(run, limits, OBJECT_ASSIGNMENT, group->id, group->name);
	}
	for (guint i = 0; i < world->passes->there->len; i++) {
		const struct pass *pass = &g_array_index(world->passes->there, struct pass, i);
		const char *door = pass_door(world, pass);
		const char *scope = plan_printf(run->plan, "%s %s",
		    pass->object == OBJECT_LINK ? "links to" : "schedules of",
		    door != NULL ? door : "a door Kisi does not list");
		add_door(run, limits, pass->object, pass->door_id, scope);
	}
	add_sources(world, limits);
	add_limit(limits->all, "max_removals", NULL, &world->config->guards.max_removals);
	add_limit(limits->all, "max_day_removals", NULL, &world->config->guards.max_day_removals);
	for (guint i = limits->all->len - 2; i < limits->all->len; i++)
		g_array_index(limits->all, struct limited, i).population =
		    run->plan->managed_people;
	g_array_index(limits->all, struct limited, limits->all->len - 1).before =
	    world->history->day_removed;
}

static void
limits_done(struct limits *limits)
{
	for (guint i = 0; i < limits->all->len; i++)
		g_ptr_array_unref(g_array_index(limits->all, struct limited, i).removals);
	g_array_unref(limits->all);
	g_hash_table_unref(limits->doors);
}

static void
count(const struct guard_run *run, const struct limits *limits)
{
	const struct world *world = run->world;
	const GArray *holdings = world->holdings, *passes = world->passes->there;
	for (guint i = 0; i < holdings->len; i++) {
		const struct holding *holding = &g_array_index(holdings, struct holding, i);
		if (holding->assignment->valid.until > world->now)
			limit_of(limits, OBJECT_ASSIGNMENT, holding->group_id)->population++;
	}
	for (guint i = 0; i < passes->len; i++) {
		const struct pass *pass = &g_array_index(passes, struct pass, i);
		if (pass->span.until > world->now)
			limit_of(limits, pass->object, pass->door_id)->population++;
	}
	for (guint i = 0; i < run->plan->changes->len; i++) {
		struct change *change = g_ptr_array_index(run->plan->changes, i);
		if (!counts_as_removal(run, change))
			continue;
		int64_t door = change->object == OBJECT_SCHEDULE ? change->lock_id
								 : change->group_id;
		g_ptr_array_add(limit_of(limits, change->object, door)->removals, change);
		count_for_sources(run, limits, change);
		for (guint j = limits->all->len - 2; j < limits->all->len; j++)
			g_ptr_array_add(
			    g_array_index(limits->all, struct limited, j).removals, change);
	}
}

static int64_t
measured(const struct limited *one)
{
	return (int64_t)guard_count_people(one->removals, one->before);
}

static bool
is_exceeded(const struct limited *one)
{
	return one->removals->len > 0 &&
	       measured(one) > limit_value(one->limit, (int64_t)one->population);
}

static char *
describe(const struct guard_run *run, const struct limited *one, bool lifted)
{
	char *limit = limit_text(one->limit);
	char *text = g_strdup_printf("%" G_GINT64_FORMAT
				     " of %zu people%s would lose access nobody announced; "
				     "at most %" G_GINT64_FORMAT " (%s)%s%s",
	    measured(one), one->population,
	    one->before != NULL && one->before->len > 0 ? ", those of the last 24 h included," : "",
	    limit_value(one->limit, (int64_t)one->population), limit,
	    lifted ? "; approved by " : "", lifted ? run->world->history->approval->who : "");
	g_free(limit);
	return text;
}

/* ---- approval ---- */

static int
compare_ids(gconstpointer p, gconstpointer q)
{
	return strcmp((*(struct change *const *)p)->id, (*(struct change *const *)q)->id);
}

/*
 * What the limits would hold, and its id.  An approval names these removals alone: so it still fits when the rest of
 * the plan is done.  Caller frees with g_ptr_array_unref.
 */
static GPtrArray *
find_exceeding(struct guard_run *run, const GArray *all)
{
	GHashTable *seen = g_hash_table_new(NULL, NULL);
	GPtrArray *exceeding = g_ptr_array_new();
	for (guint i = 0; i < all->len; i++) {
		const struct limited *one = &g_array_index(all, struct limited, i);
		if (!is_exceeded(one))
			continue;
		for (guint j = 0; j < one->removals->len; j++) {
			if (g_hash_table_add(seen, g_ptr_array_index(one->removals, j)))
				g_ptr_array_add(exceeding, g_ptr_array_index(one->removals, j));
		}
	}
	g_hash_table_unref(seen);
	g_ptr_array_sort(exceeding, compare_ids);
	GString *ids = g_string_new(NULL);
	for (guint i = 0; i < exceeding->len; i++)
		g_string_append(ids, ((const struct change *)g_ptr_array_index(exceeding, i))->id);
	plan_make_id(run->plan->removals_id, "removals", ids->str, NULL);
	g_string_free(ids, TRUE);
	return exceeding;
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
	struct limits limits;
	limits_init(run, &limits);
	count(run, &limits);
	GPtrArray *exceeding = find_exceeding(run, limits.all);
	bool approved = is_approved(run, exceeding->len);
	char *hint = approval_hint(run, exceeding->len);
	for (guint i = 0; i < limits.all->len; i++) {
		struct limited *one = &g_array_index(limits.all, struct limited, i);
		bool exceeded = is_exceeded(one);
		run->plan->approved |= exceeded && approved;
		guard_conclude(run, one->guard, one->scope, exceeded && !approved, measured(one),
		    limit_value(one->limit, (int64_t)one->population), one->removals,
		    describe(run, one, exceeded && approved), hint);
	}
	g_free(hint);
	g_ptr_array_unref(exceeding);
	limits_done(&limits);
}

/* ---- grants ---- */

static bool
is_grant(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	enum action action = guard_action_of(run, change);
	return change->held == NULL && (action == ACTION_GRANT || action == ACTION_CREATE_LINK ||
					   action == ACTION_CREATE_SCHEDULE);
}

void
guard_grants(struct guard_run *run)
{
	const struct limit *limit = &run->world->config->guards.max_grants;
	int64_t most = limit_value(limit, (int64_t)run->plan->managed_people);
	GPtrArray *grants = guard_select_changes(run, is_grant, NULL);
	char *text = limit_text(limit);
	char *hint = g_strdup_printf(
	    "if they are right: write max_grants = %u into [guards] for one run", grants->len);
	guard_conclude(run, "max_grants", NULL, grants->len > most, grants->len, most, grants,
	    g_strdup_printf("%u grants, %zu people have access now; at most %" G_GINT64_FORMAT
			    " (%s)",
		grants->len, run->plan->managed_people, most, text),
	    hint);
	g_free(hint);
	g_free(text);
	g_ptr_array_unref(grants);
}
