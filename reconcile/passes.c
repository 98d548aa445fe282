/* Which passes are wanted, and which of ours are there.  What is done about it is reconcile/pass_diff.c. */
#include "reconcile/passes.h"

#include "base/email.h"

#include <string.h>

/* ---- labels ---- */

static const char *
label_of(struct world *world, const struct raw_window *window)
{
	const struct raw_reason *reason = &g_array_index(
	    world->entitled->reasons, struct raw_reason, window->reason);
	const char *record = intern_text(world->entitled->texts, reason->record);
	char at[INSTANT_TEXT];
	/* Without an id only its time tells a booking from the next one. */
	return plan_printf(world->plan, "%s %s/%s", world->config->kisi.marker,
	    world->policies[reason->source].name,
	    record != NULL ? record : instant_format(window->span.from, at));
}

/* The source that a label names, and where its record begins; UINT32_MAX when it names none of ours. */
static uint32_t
read_label(const struct world *world, const char *label, const char **record)
{
	size_t marker = strlen(world->config->kisi.marker), best = 0;
	uint32_t source = UINT32_MAX;
	*record = NULL;
	if (label == NULL || strncmp(label, world->config->kisi.marker, marker) != 0 ||
	    label[marker] != ' ')
		return UINT32_MAX;
	const char *rest = label + marker + 1;
	for (guint i = 0; i < world->config->sources->len; i++) {
		const char *name = world->policies[i].name;
		size_t length = strlen(name);
		/* A name may hold a slash: the longest that fits is meant. */
		if (strncmp(rest, name, length) != 0 || rest[length] != '/' ||
		    (source != UINT32_MAX && length < best))
			continue;
		best = length;
		source = i;
		*record = rest + length + 1;
	}
	return source;
}

uint32_t
pass_source(const struct world *world, const struct change *change)
{
	const char *record;
	return read_label(world, change->label, &record);
}

const char *
pass_record(const struct world *world, const struct change *change)
{
	const char *record;
	read_label(world, change->label, &record);
	return record;
}

/* ---- wanted ---- */

int
pass_compare(const struct pass *a, const struct pass *b)
{
	if (a->object != b->object)
		return a->object < b->object ? -1 : 1;
	int order = strcmp(a->label, b->label);
	if (order == 0)
		order = (a->door_id > b->door_id) - (a->door_id < b->door_id);
	/* A schedule is for everybody: whose it is does not tell it from another. */
	if (order == 0 && a->object == OBJECT_LINK)
		order = strcmp(a->email, b->email);
	return order;
}

static bool
is_pass_method(enum method method)
{
	return method == METHOD_LINK || method == METHOD_UNLOCK_SCHEDULE;
}

/* Kisi leaves the seconds of a schedule out. */
static struct interval
span_of(enum object object, struct interval span)
{
	return object == OBJECT_SCHEDULE ? interval_to_minutes(span) : span;
}

struct wish {
	struct pass pass;
	struct raw_window window;
};

static int
compare_wishes(gconstpointer p, gconstpointer q)
{
	const struct wish *a = p, *b = q;
	int order = pass_compare(&a->pass, &b->pass);
	if (order == 0)
		order = strcmp(a->pass.email, b->pass.email);
	if (order == 0)
		order = (a->pass.span.from > b->pass.span.from) -
			(a->pass.span.from < b->pass.span.from);
	return order != 0
		   ? order
		   : (a->window.reason > b->window.reason) - (a->window.reason < b->window.reason);
}

static GArray *
collect_wishes(struct world *world)
{
	GArray *wishes = g_array_new(FALSE, FALSE, sizeof(struct wish));
	for (guint i = 0; i < world->entitled->windows->len; i++) {
		const struct raw_window *window = &g_array_index(
		    world->entitled->windows, struct raw_window, i);
		const struct door_ref *ref = &g_array_index(
		    world->entitled->refs, struct door_ref, window->ref);
		if (!is_pass_method(ref->method) || window->span.until <= world->now)
			continue;
		enum object object = ref->method == METHOD_LINK ? OBJECT_LINK : OBJECT_SCHEDULE;
		struct wish wish = {.window = *window,
		    .pass = {.object = object,
			.label = label_of(world, window),
			.email = plan_text(world->plan, world_email(world, window->person)),
			.door_id = g_array_index(world->groups->pass_of_ref, int64_t, window->ref),
			.span = span_of(object, window->span)}};
		wish.pass.source = read_label(world, wish.pass.label, &wish.pass.record);
		g_array_append_val(wishes, wish);
	}
	g_array_sort(wishes, compare_wishes);
	return wishes;
}

/* Windows of one booking at one door are one pass: two rules may give them different grace. */
static void
find_wanted(struct world *world, struct passes *passes)
{
	GArray *wishes = collect_wishes(world);
	for (guint i = 0; i < wishes->len; i++) {
		const struct wish *wish = &g_array_index(wishes, struct wish, i);
		struct pass *last = passes->wanted->len > 0
					? &g_array_index(
					      passes->wanted, struct pass, passes->wanted->len - 1)
					: NULL;
		if (last == NULL || pass_compare(last, &wish->pass) != 0) {
			struct pass fresh = wish->pass;
			fresh.first = passes->windows->len;
			g_array_append_val(passes->wanted, fresh);
			last = &g_array_index(passes->wanted, struct pass, passes->wanted->len - 1);
		}
		last->span.from = MIN(last->span.from, wish->pass.span.from);
		last->span.until = MAX(last->span.until, wish->pass.span.until);
		last->count++;
		g_array_append_val(passes->windows, wish->window);
	}
	g_array_unref(wishes);
}

/* ---- there ---- */

/* The doors that our rules make passes for: set of int64_t. */
static GHashTable *
doors_of(const struct world *world, enum method method)
{
	GHashTable *doors = g_hash_table_new(g_int64_hash, g_int64_equal);
	for (guint i = 0; i < world->entitled->refs->len; i++) {
		int64_t *id = &g_array_index(world->groups->pass_of_ref, int64_t, i);
		if (*id != 0 &&
		    g_array_index(world->entitled->refs, struct door_ref, i).method == method)
			g_hash_table_add(doors, id);
	}
	return doors;
}

static bool
made_here(const struct world *world, enum object object, int64_t id)
{
	const GArray *made = world->history->passes;
	for (guint i = 0; i < made->len; i++) {
		const struct ledger_pass *entry = &g_array_index(made, struct ledger_pass, i);
		if (entry->object == object && entry->id == id)
			return true;
	}
	return false;
}

static void
add_there(struct world *world, struct passes *passes, const struct pass *found, GHashTable *doors)
{
	struct pass pass = *found;
	pass.source = read_label(world, pass.label, &pass.record);
	if (pass.source == UINT32_MAX || (!g_hash_table_contains(doors, &pass.door_id) &&
					     !made_here(world, pass.object, pass.id)))
		return;
	g_array_append_val(passes->there, pass);
}

const char *
passes_person(struct world *world, const char *raw)
{
	char *canonical = email_canonical(raw, NULL);
	const char *email = plan_text(world->plan, canonical != NULL
						       ? config_person(world->config, canonical)
						   : raw != NULL ? raw
								 : "");
	g_free(canonical);
	return email;
}

static void
find_links(struct world *world, struct passes *passes)
{
	GHashTable *doors = doors_of(world, METHOD_LINK);
	for (guint i = 0; i < world->snapshot->links->len; i++) {
		const struct kisi_link *link = &g_array_index(
		    world->snapshot->links, struct kisi_link, i);
		struct pass pass = {.object = OBJECT_LINK,
		    .label = link->name,
		    .email = passes_person(world, link->email),
		    .door_id = link->group_id,
		    .span = link->valid,
		    .id = link->id,
		    .off = !link->enabled};
		add_there(world, passes, &pass, doors);
	}
	g_hash_table_unref(doors);
}

bool
is_single_unlock(const struct kisi_schedule *schedule)
{
	return strcmp(schedule->type, "single_event") == 0 &&
	       strcmp(schedule->consequence, "unlock") == 0 &&
	       strcmp(schedule->target_type, "Lock") == 0;
}

static void
find_schedules(struct world *world, struct passes *passes)
{
	GHashTable *doors = doors_of(world, METHOD_UNLOCK_SCHEDULE);
	for (guint i = 0; i < world->snapshot->schedules->len; i++) {
		const struct kisi_schedule *schedule = &g_array_index(
		    world->snapshot->schedules, struct kisi_schedule, i);
		struct pass pass = {.object = OBJECT_SCHEDULE,
		    .label = schedule->name,
		    .email = "",
		    .door_id = schedule->target_id,
		    .span = span_of(OBJECT_SCHEDULE, schedule->span),
		    .id = schedule->id,
		    .off = !schedule->enabled || schedule->override};
		if (is_single_unlock(schedule))
			add_there(world, passes, &pass, doors);
	}
	g_hash_table_unref(doors);
}

static int
compare_there(gconstpointer p, gconstpointer q)
{
	const struct pass *a = p, *b = q;
	int order = pass_compare(a, b);
	return order != 0 ? order : (a->id > b->id) - (a->id < b->id);
}

struct passes *
passes_new(struct world *world)
{
	struct passes *passes = g_new0(struct passes, 1);
	passes->windows = g_array_new(FALSE, FALSE, sizeof(struct raw_window));
	passes->wanted = g_array_new(FALSE, FALSE, sizeof(struct pass));
	passes->there = g_array_new(FALSE, FALSE, sizeof(struct pass));
	find_wanted(world, passes);
	find_links(world, passes);
	find_schedules(world, passes);
	g_array_sort(passes->there, compare_there);
	return passes;
}

void
passes_free(struct passes *passes)
{
	if (passes == NULL)
		return;
	g_array_unref(passes->windows);
	g_array_unref(passes->wanted);
	g_array_unref(passes->there);
	g_free(passes);
}

static int
compare_locks(gconstpointer p, gconstpointer q)
{
	const struct kisi_lock *a = p, *b = q;
	return (a->id > b->id) - (a->id < b->id);
}

const char *
passes_lock(const struct world *world, int64_t id)
{
	const struct kisi_lock key = {.id = id};
	guint at;
	if (!g_array_binary_search(world->snapshot->locks, &key, compare_locks, &at))
		return NULL;
	return g_array_index(world->snapshot->locks, struct kisi_lock, at).name;
}

const char *
pass_door(const struct world *world, const struct pass *pass)
{
	if (pass->object == OBJECT_SCHEDULE)
		return passes_lock(world, pass->door_id);
	const struct kisi_group *group = snapshot_group(world->snapshot, pass->door_id);
	return group != NULL ? group->name : NULL;
}
