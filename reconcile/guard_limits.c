/*
 * The limits.  They count people who would lose access nobody announced; expected endings never count, so that a busy
 * morning trips nothing.  Only an approval of exactly these removals lifts them.
 */
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
	enum guard guard;
	const char *scope; /* NULL: the whole run */
	const struct limit *limit;
	GPtrArray *removals; /* of struct loss *: what counts against it */
	GHashTable *units;   /* set of loss_unit: how many that is */
	size_t population;
	const GPtrArray *before; /* people of earlier runs who count, too; NULL */
};

static void
add_limit(GArray *all, enum guard guard, const char *scope, const struct limit *limit)
{
	struct limited one = {.guard = guard,
	    .scope = scope,
	    .limit = limit,
	    .removals = g_ptr_array_new(),
	    .units = g_hash_table_new(g_str_hash, g_str_equal)};
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
	add_limit(limits->all, GUARD_MAX_GROUP_REMOVALS, scope,
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

/* Whom the source lets in: by what is remembered of it, and by links and schedules that are there. */
static size_t
people_of(const struct world *world, uint32_t source)
{
	g_autoptr(GHashTable) people = g_hash_table_new(g_str_hash, g_str_equal);
	const GArray *givers = world->history->givers;
	for (guint i = 0; i < givers->len; i++) {
		const struct giver *giver = &g_array_index(givers, struct giver, i);
		if (giver->span.until > world->now &&
		    g_strcmp0(giver->source, world->policies[source].name) == 0)
			g_hash_table_add(people, (gpointer)giver->email);
	}
	for (guint i = 0; i < world->passes->there->len; i++) {
		const struct pass *pass = &g_array_index(world->passes->there, struct pass, i);
		if (pass->source == source && pass->span.until > world->now)
			g_hash_table_add(
			    people, (gpointer)(*pass->email != '\0' ? pass->email : pass->label));
	}
	return g_hash_table_size(people);
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
		add_limit(
		    limits->all, GUARD_MAX_SOURCE_REMOVALS, source->name, &source->max_removals);
		g_array_index(limits->all, struct limited, limits->all->len - 1).population =
		    people_of(world, i);
	}
	limits->n_sources = limits->all->len - limits->first_source;
}

/* Did the source give what the loss takes? */
static bool
gave(const struct guard_run *run, const char *source, const struct loss *loss)
{
	if (loss->change != NULL && loss->change->label != NULL)
		return strcmp(run->world->policies[pass_source(run->world, loss->change)].name,
			   source) == 0;
	for (uint32_t i = 0; i < loss->count; i++) {
		const struct account *account = &loss_piece(run->losses, loss, i)->account;
		if (account->giver != NULL && g_strcmp0(account->giver->source, source) == 0)
			return true;
	}
	return false;
}

static void
count_against(struct limited *one, struct loss *loss, const char *unit)
{
	g_ptr_array_add(one->removals, loss);
	g_hash_table_add(one->units, (gpointer)unit);
}

static void
count_for_sources(
    const struct guard_run *run, const struct limits *limits, struct loss *loss, const char *unit)
{
	for (guint i = 0; i < limits->n_sources; i++) {
		struct limited *one = &g_array_index(
		    limits->all, struct limited, limits->first_source + i);
		if (gave(run, one->scope, loss))
			count_against(one, loss, unit);
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
	add_limit(limits->all, GUARD_MAX_REMOVALS, NULL, &world->config->guards.max_removals);
	add_limit(
	    limits->all, GUARD_MAX_DAY_REMOVALS, NULL, &world->config->guards.max_day_removals);
	for (guint i = limits->all->len - 2; i < limits->all->len; i++)
		g_array_index(limits->all, struct limited, i).population =
		    run->plan->managed_people;
	g_array_index(limits->all, struct limited, limits->all->len - 1).before =
	    world->history->day_removed;
}

static void
limits_done(struct limits *limits)
{
	for (guint i = 0; i < limits->all->len; i++) {
		g_ptr_array_unref(g_array_index(limits->all, struct limited, i).removals);
		g_hash_table_unref(g_array_index(limits->all, struct limited, i).units);
	}
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
	for (guint i = 0; i < run->losses->list->len; i++) {
		struct loss *loss = &g_array_index(run->losses->list, struct loss, i);
		const char *unit = loss_unit(world, run->losses, loss);
		if (unit == NULL)
			continue;
		count_against(limit_of(limits, loss->object, loss->door_id), loss, unit);
		count_for_sources(run, limits, loss, unit);
		for (guint j = limits->all->len - 2; j < limits->all->len; j++)
			count_against(&g_array_index(limits->all, struct limited, j), loss, unit);
	}
}

static int64_t
measured(const struct limited *one)
{
	int64_t count = g_hash_table_size(one->units);
	for (guint i = 0; one->before != NULL && i < one->before->len; i++)
		count += !g_hash_table_contains(one->units, g_ptr_array_index(one->before, i));
	return count;
}

/* What it came to before this run's own changes holds to its end. */
static bool
is_exceeded(const struct guard_run *run, const struct limited *one)
{
	const struct verdict *before = guard_before(run, one->guard, one->scope);
	if (run->facts->before != NULL)
		return before != NULL && before->tripped;
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
compare_keys(gconstpointer p, gconstpointer q)
{
	return strcmp(*(const char *const *)p, *(const char *const *)q);
}

/* The same whenever the same loss is found again, whatever its change is called by then. */
static char *
loss_key(const struct loss *loss)
{
	return g_strdup_printf("%d\n%s\n%" G_GINT64_FORMAT "\n%s", (int)loss->object, loss->email,
	    loss->door_id,
	    loss->change != NULL && loss->change->label != NULL ? loss->change->label : "");
}

/*
 * How many losses the limits would hold, and the id of these.  An approval names them alone: so it still fits when the
 * rest of the plan is done.
 */
static int64_t
find_exceeding(struct guard_run *run, const GArray *all)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < all->len; i++) {
		const struct limited *one = &g_array_index(all, struct limited, i);
		if (!is_exceeded(run, one))
			continue;
		for (guint j = 0; j < one->removals->len; j++) {
			if (g_hash_table_add(seen, g_ptr_array_index(one->removals, j)))
				g_ptr_array_add(
				    keys, loss_key(g_ptr_array_index(one->removals, j)));
		}
	}
	g_ptr_array_sort(keys, compare_keys);
	g_autoptr(GString) text = g_string_new(NULL);
	for (guint i = 0; i < keys->len; i++)
		g_string_append_printf(text, "%s\n", (const char *)g_ptr_array_index(keys, i));
	plan_make_id(run->plan->removals_id, "removals", text->str, NULL);
	return keys->len;
}

static bool
is_counted(const struct guard_run *run, const struct loss *loss, const struct piece *piece,
    gconstpointer about)
{
	return piece->account.counted && g_hash_table_contains((GHashTable *)about, loss);
}

/* Hold what counts against the limit, also what another limit holds already: each speaks for the whole plan. */
static void
conclude(struct guard_run *run, const struct limited *one, bool approved, const char *hint)
{
	bool exceeded = is_exceeded(run, one);
	run->plan->approved |= exceeded && approved;
	if (exceeded && !approved) {
		g_autoptr(GHashTable) losses = g_hash_table_new(NULL, NULL);
		for (guint i = 0; i < one->removals->len; i++)
			g_hash_table_add(losses, g_ptr_array_index(one->removals, i));
		g_ptr_array_unref(guard_hold_pieces(
		    run, one->guard, plan_text(run->plan, one->scope), is_counted, losses));
	}
	guard_conclude(run, one->guard, one->scope, exceeded && !approved, measured(one),
	    limit_value(one->limit, (int64_t)one->population), one->removals,
	    describe(run, one, exceeded && approved), hint);
}

/* All limits are measured before any of them holds. */
void
guard_limits(struct guard_run *run)
{
	struct limits limits;
	limits_init(run, &limits);
	count(run, &limits);
	int64_t exceeding = find_exceeding(run, limits.all);
	const struct approval *approval = run->world->history->approval;
	bool approved = approval != NULL && guard_approved(run, approval->max_removals, exceeding);
	g_autofree char *hint = approval_hint(run, exceeding);
	for (guint i = 0; i < limits.all->len; i++)
		conclude(run, &g_array_index(limits.all, struct limited, i), approved, hint);
	limits_done(&limits);
}
