/* Finding the groups that rules and data name, without ever guessing between two. */
#include "reconcile/groups.h"

#include "base/failure.h"
#include "base/text.h"
#include "base/zone.h"
#include "reconcile/findings.h"

#include <string.h>

enum found { FOUND, MISSING, AMBIGUOUS, FOREIGN };

static const struct {
	const char *kind;
	const char *before, *after; /* the name stands between */
} faults[] = {
    [MISSING] = {"missing_group", "Kisi has no group", ""},
    [AMBIGUOUS] = {"ambiguous_group", "more than one group is called", ": name it by its id"},
    [FOREIGN] = {"foreign_group", "another place owns the group", ""},
};

static bool
in_place(const struct kisi_group *group, int64_t place_id)
{
	return place_id == 0 || group->place_id == 0 || group->place_id == place_id;
}

/* Looks for one group; matches takes the ids that it may be. */
struct search {
	const struct snapshot *snapshot;
	int64_t place_id;
	const char *text;
	GArray *matches; /* of int64_t */
};

static enum found
find_by_id(const struct search *search)
{
	int64_t id;
	if (!text_digits(search->text) || !text_number(search->text, 1, INT64_MAX, &id))
		return MISSING;
	const struct kisi_group *group = snapshot_group(search->snapshot, id);
	if (group == NULL)
		return MISSING;
	g_array_append_val(search->matches, id);
	return in_place(group, search->place_id) ? FOUND : FOREIGN;
}

static enum found
find_by_name(const struct search *search, bool exact)
{
	char *key = exact ? g_strdup(search->text) : text_key(search->text);
	bool elsewhere = false;
	g_array_set_size(search->matches, 0);
	for (guint i = 0; i < search->snapshot->groups->len; i++) {
		const struct kisi_group *group = &g_array_index(
		    search->snapshot->groups, struct kisi_group, i);
		char *name = exact ? g_strdup(group->name) : text_key(group->name);
		bool same = strcmp(name, key) == 0;
		g_free(name);
		if (same && in_place(group, search->place_id))
			g_array_append_val(search->matches, group->id);
		elsewhere |= same;
	}
	g_free(key);
	if (search->matches->len > 0)
		return search->matches->len == 1 ? FOUND : AMBIGUOUS;
	return elsewhere ? FOREIGN : MISSING;
}

static enum found
find_group(const struct search *search)
{
	enum found by_id = find_by_id(search);
	if (by_id != MISSING)
		return by_id;
	enum found exactly = find_by_name(search, true);
	if (exactly == FOUND || exactly == AMBIGUOUS)
		return exactly;
	enum found folded = find_by_name(search, false);
	return folded != MISSING ? folded : exactly;
}

/* The configured place: an id first, then a name. */
static bool
find_place(const struct config *config, const struct snapshot *snapshot, struct groups *out,
    GError **error)
{
	const char *text = config->kisi.place;
	unsigned hits = 0;
	int64_t id = -1;
	if (text_digits(text))
		text_number(text, 1, INT64_MAX, &id);
	for (guint i = 0; i < snapshot->places->len; i++) {
		const struct kisi_place *place = &g_array_index(
		    snapshot->places, struct kisi_place, i);
		if (place->id != id && !text_same(place->name, text))
			continue;
		hits = place->id == id ? 1 : hits + 1;
		out->place_id = place->id;
		out->zone = place->time_zone;
		if (place->id == id)
			break;
	}
	if (hits == 1)
		return true;
	return fail(error, EXIT_BAD_CONFIG,
	    hits == 0 ? "check [kisi] place" : "name the place by its id",
	    "%s: [kisi] place: Kisi has %s place \"%s\"", config->path,
	    hits == 0 ? "no" : "more than one", text);
}

static void
report_fault(struct plan *plan, const struct group_ref *ref, enum found found)
{
	struct missing_group *missing = g_new0(struct missing_group, 1);
	char *by = *ref->rules != '\0' ? g_strdup_printf(" (rule %s)", ref->rules)
				       : g_strdup(" (named by the data)");
	char *text = g_strdup_printf(
	    "%s \"%s\"%s%s", faults[found].before, ref->text, by, faults[found].after);
	missing->group = plan_text(plan, ref->text);
	missing->kind = faults[found].kind;
	missing->rules = plan_text(plan, ref->rules);
	missing->text = plan_text(plan, text);
	missing->hit = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(plan->missing_groups, missing);
	finding_add(plan, faults[found].kind, NULL, ref->text, NULL, "%s", text);
	g_free(text);
	g_free(by);
}

static int
compare_managed(gconstpointer p, gconstpointer q)
{
	const struct managed_group *a = p, *b = q;
	return (a->id > b->id) - (a->id < b->id);
}

static void
manage(struct groups *groups, const struct snapshot *snapshot, int64_t id, bool exclusive)
{
	for (guint i = 0; i < groups->managed->len; i++) {
		struct managed_group *known = &g_array_index(
		    groups->managed, struct managed_group, i);
		if (known->id == id) {
			known->exclusive = known->exclusive && exclusive;
			return;
		}
	}
	struct managed_group group = {id, snapshot_group(snapshot, id)->name, exclusive};
	g_array_append_val(groups->managed, group);
}

static void
resolve_ref(const struct group_ref *ref, const struct snapshot *snapshot, struct plan *plan,
    struct groups *groups)
{
	struct search search = {
	    snapshot, groups->place_id, ref->text, g_array_new(FALSE, FALSE, sizeof(int64_t))};
	enum found found = find_group(&search);
	int64_t id = found == FOUND ? g_array_index(search.matches, int64_t, 0) : 0;
	if (found != FOUND)
		report_fault(plan, ref, found);
	else if (ref->from_rule || ref->from_data)
		manage(groups, snapshot, id, ref->exclusive);
	if (found == AMBIGUOUS)
		g_array_append_vals(groups->doubted, search.matches->data, search.matches->len);
	g_array_append_val(groups->of_ref, id);
	g_array_unref(search.matches);
}

/* A group that only manual grants name is used when something else manages it, else it is reported. */
static void
drop_unmanaged(const struct entitled *entitled, const struct groups *groups, struct plan *plan)
{
	for (guint i = 0; i < entitled->refs->len; i++) {
		const struct group_ref *ref = &g_array_index(entitled->refs, struct group_ref, i);
		int64_t *id = &g_array_index(groups->of_ref, int64_t, i);
		if (*id == 0 || groups_managed(groups, *id) != NULL)
			continue;
		finding_add(plan, "unmanaged_grant", NULL, ref->text, NULL,
		    "a manual grant names group \"%s\", which no rule manages: nothing is done "
		    "there",
		    ref->text);
		*id = 0;
	}
}

/*
 * Which references somebody still says: a rule, the data, or a row that no later one with its id replaced.  An old
 * row's wrong name must not put groups in doubt.
 */
static bool *
refs_in_use(const struct entitled *entitled)
{
	bool *used = g_new0(bool, entitled->refs->len + 1);
	const GArray *const windows[] = {entitled->windows, entitled->blocked_windows};
	for (guint i = 0; i < entitled->refs->len; i++) {
		const struct group_ref *ref = &g_array_index(entitled->refs, struct group_ref, i);
		used[i] = ref->from_rule || ref->from_data;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(windows); i++) {
		for (guint j = 0; j < windows[i]->len; j++)
			used[g_array_index(windows[i], struct raw_window, j).ref] = true;
	}
	for (guint i = 0; i < entitled->traces->len; i++)
		used[g_array_index(entitled->traces, struct trace, i).ref] = true;
	return used;
}

static void
resolve_refs(const struct entitled *entitled, const struct snapshot *snapshot, struct plan *plan,
    struct groups *groups)
{
	bool *used = refs_in_use(entitled);
	for (guint i = 0; i < entitled->refs->len; i++) {
		const int64_t nowhere = 0;
		if (used[i])
			resolve_ref(&g_array_index(entitled->refs, struct group_ref, i), snapshot,
			    plan, groups);
		else
			g_array_append_val(groups->of_ref, nowhere);
	}
	g_free(used);
}

bool
groups_resolve(const struct config *config, const struct entitled *entitled,
    const struct snapshot *snapshot, struct plan *plan, struct groups *out, GError **error)
{
	*out = (struct groups){.of_ref = g_array_new(FALSE, FALSE, sizeof(int64_t)),
	    .managed = g_array_new(FALSE, FALSE, sizeof(struct managed_group)),
	    .doubted = g_array_new(FALSE, FALSE, sizeof(int64_t))};
	if (config->kisi.place != NULL && !find_place(config, snapshot, out, error)) {
		groups_done(out);
		return false;
	}
	if (out->zone == NULL)
		out->zone = snapshot->time_zone;
	if (out->zone == NULL || zone_get(out->zone) == NULL)
		out->zone = "UTC";
	resolve_refs(entitled, snapshot, plan, out);
	g_array_sort(out->managed, compare_managed);
	drop_unmanaged(entitled, out, plan);
	return true;
}

void
groups_done(struct groups *groups)
{
	g_clear_pointer(&groups->of_ref, g_array_unref);
	g_clear_pointer(&groups->managed, g_array_unref);
	g_clear_pointer(&groups->doubted, g_array_unref);
}

const struct managed_group *
groups_managed(const struct groups *groups, int64_t id)
{
	struct managed_group key = {.id = id};
	guint at;
	if (!g_array_binary_search(groups->managed, &key, compare_managed, &at))
		return NULL;
	return &g_array_index(groups->managed, struct managed_group, at);
}

bool
groups_doubted(const struct groups *groups, int64_t id)
{
	for (guint i = 0; i < groups->doubted->len; i++) {
		if (g_array_index(groups->doubted, int64_t, i) == id)
			return true;
	}
	return false;
}

int64_t
groups_find(const struct groups *groups, const struct snapshot *snapshot, const char *text)
{
	struct search search = {
	    snapshot, groups->place_id, text, g_array_new(FALSE, FALSE, sizeof(int64_t))};
	int64_t id = find_group(&search) == FOUND ? g_array_index(search.matches, int64_t, 0) : 0;
	g_array_unref(search.matches);
	return id;
}
