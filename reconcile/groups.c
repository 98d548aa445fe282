/* Finding the groups that rules and data name, without ever guessing between two. */
#include "reconcile/groups.h"

#include "base/failure.h"
#include "base/text.h"
#include "base/zone.h"
#include "reconcile/findings.h"
#include "reconcile/rules.h"

#include <string.h>

enum found { FOUND, MISSING, AMBIGUOUS, FOREIGN };

/* What to say when the search for a group, for a lock, or for the group of a lock came to nothing. */
enum sought { SOUGHT_GROUP, SOUGHT_LOCK, SOUGHT_GROUP_OF_LOCK };

static const struct {
	enum finding_kind kind;
	const char *before, *after; /* the name stands between */
} faults[][4] = {
    [SOUGHT_GROUP] = {[MISSING] = {FINDING_MISSING_GROUP, "Kisi has no group", ""},
	[AMBIGUOUS] = {FINDING_AMBIGUOUS_GROUP, "more than one group is called",
	    ": name it by its id"},
	[FOREIGN] = {FINDING_FOREIGN_GROUP, "another place owns the group", ""}},
    [SOUGHT_LOCK] = {[MISSING] = {FINDING_MISSING_LOCK, "Kisi has no lock", ""},
	[AMBIGUOUS] = {FINDING_AMBIGUOUS_LOCK, "more than one lock is called",
	    ": name it by its id"},
	[FOREIGN] = {FINDING_FOREIGN_LOCK, "another place owns the lock", ""}},
    [SOUGHT_GROUP_OF_LOCK] = {[MISSING] = {FINDING_MISSING_GROUP, "no group holds just the lock",
				  ""},
	[AMBIGUOUS] = {FINDING_AMBIGUOUS_GROUP, "more than one group holds just the lock",
	    ": name the group instead"},
	[FOREIGN] = {FINDING_FOREIGN_GROUP, "a group of another place holds just the lock", ""}},
};

/* Looks for one group or lock; matches takes the ids that it may be. */
struct search {
	const struct snapshot *snapshot;
	const struct namesakes *names;
	int64_t place_id;
	const char *text;
	bool lock;
	GArray *matches; /* of int64_t, rising */
};

static bool
in_place(const struct search *search, const struct named *named)
{
	return search->place_id == 0 || named->place_id == 0 || named->place_id == search->place_id;
}

static enum found
find_by_id(const struct search *search)
{
	int64_t id;
	struct named named;
	if (!text_digits(search->text) || !text_number(search->text, 1, INT64_MAX, &id) ||
	    !namesakes_by_id(search->names, search->lock, id, &named))
		return MISSING;
	g_array_append_val(search->matches, id);
	return in_place(search, &named) ? FOUND : FOREIGN;
}

/* Of those (of struct named; NULL: none) the ones of the place. */
static enum found
find_among(const struct search *search, const GArray *list)
{
	bool elsewhere = false;
	g_array_set_size(search->matches, 0);
	for (guint i = 0; list != NULL && i < list->len; i++) {
		const struct named *named = &g_array_index(list, struct named, i);
		if (in_place(search, named))
			g_array_append_val(search->matches, named->id);
		else
			elsewhere = true;
	}
	if (search->matches->len > 0)
		return search->matches->len == 1 ? FOUND : AMBIGUOUS;
	return elsewhere ? FOREIGN : MISSING;
}

static enum found
find_by_name(const struct search *search, bool exact)
{
	return find_among(
	    search, namesakes_called(search->names, search->lock, search->text, exact));
}

static enum found
find_named(const struct search *search)
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

/* The group that opens this lock and no other; matches then holds groups. */
static enum found
find_group_of_lock(const struct search *search, int64_t lock_id)
{
	return find_among(search, namesakes_of_lock(search->names, lock_id));
}

/*
 * The group or lock of search->text, its id in *id (0 when it was not found).  for_group: a lock stands for its group.
 * *sought says what the answer is about.
 */
static enum found
find_door(const struct search *search, bool for_group, int64_t *id, enum sought *sought)
{
	*sought = search->lock ? SOUGHT_LOCK : SOUGHT_GROUP;
	enum found found = find_named(search);
	if (found == FOUND && search->lock && for_group) {
		*sought = SOUGHT_GROUP_OF_LOCK;
		found = find_group_of_lock(search, g_array_index(search->matches, int64_t, 0));
	}
	*id = found == FOUND ? g_array_index(search->matches, int64_t, 0) : 0;
	return found;
}

/*
 * What find_door came to, as the groups that may be meant: of several locks of one name those that hold just one of
 * them.  Returned, caller frees.
 */
static GArray *
groups_meant(const struct search *search, enum found found, enum sought sought)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	const GArray *matches = search->matches;
	if (found != FOUND && found != AMBIGUOUS)
		return ids;
	if (sought != SOUGHT_LOCK) {
		g_array_append_vals(ids, matches->data, matches->len);
		return ids;
	}
	struct search groups = *search;
	groups.matches = g_array_new(FALSE, FALSE, sizeof(int64_t));
	for (guint i = 0; i < matches->len; i++) {
		find_group_of_lock(&groups, g_array_index(matches, int64_t, i));
		g_array_append_vals(ids, groups.matches->data, groups.matches->len);
	}
	g_array_unref(groups.matches);
	return ids;
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

/*
 * So many names are compared with all that there are.  Where more are missing it is the place or the organisation that is
 * wrong, and no name.
 */
#define HINTS_MAX 50

/* The name that comes near, if one does.  Returned, caller frees. */
static char *
hint_missing(const struct search *search)
{
	const struct snapshot *snapshot = search->snapshot;
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (guint i = 0; !search->lock && i < snapshot->groups->len; i++)
		g_ptr_array_add(
		    names, (gpointer)g_array_index(snapshot->groups, struct kisi_group, i).name);
	for (guint i = 0; search->lock && i < snapshot->locks->len; i++)
		g_ptr_array_add(
		    names, (gpointer)g_array_index(snapshot->locks, struct kisi_lock, i).name);
	g_ptr_array_add(names, NULL);
	const char *nearest = text_nearest(search->text, (const char *const *)names->pdata);
	return nearest != NULL ? g_strdup_printf("is it \"%s\"?", nearest) : NULL;
}

static const char *
place_name(const struct snapshot *snapshot, int64_t id)
{
	for (guint i = 0; i < snapshot->places->len; i++) {
		const struct kisi_place *place = &g_array_index(
		    snapshot->places, struct kisi_place, i);
		if (place->id == id)
			return place->name;
	}
	return "of the organisation";
}

/* The ones to choose from.  Returned, caller frees. */
static char *
hint_ambiguous(const struct search *search, enum sought sought)
{
	GString *out = g_string_new(
	    sought == SOUGHT_GROUP_OF_LOCK ? "the groups are" : "the ids are");
	for (guint i = 0; i < search->matches->len; i++) {
		struct named named = {0};
		namesakes_by_id(search->names, sought == SOUGHT_LOCK,
		    g_array_index(search->matches, int64_t, i), &named);
		g_string_append_printf(out, "%s %" G_GINT64_FORMAT " (%s, %s)", i > 0 ? "," : "",
		    named.id, named.name, place_name(search->snapshot, named.place_id));
	}
	return g_string_free(out, FALSE);
}

/* near: say which name comes near. */
static char *
hint_of(const struct search *search, enum sought sought, enum found found, bool near)
{
	if (found == AMBIGUOUS)
		return hint_ambiguous(search, sought);
	if (found == MISSING && sought == SOUGHT_GROUP_OF_LOCK)
		return g_strdup("make a group in Kisi that holds this lock and no other");
	char *hint = found == MISSING && near ? hint_missing(search) : NULL;
	return hint != NULL ? hint : g_strdup(finding_type(faults[sought][found].kind)->todo);
}

/* Returned, caller frees. */
static char *
fault_text(const struct door_ref *ref, enum sought sought, enum found found)
{
	char *by = *ref->rules != '\0' ? g_strdup_printf(" (rule %s)", ref->rules)
				       : g_strdup(" (named by the data)");
	char *text = g_strdup_printf("%s \"%s\"%s%s", faults[sought][found].before, ref->text, by,
	    faults[sought][found].after);
	g_free(by);
	return text;
}

static void
report_fault(struct plan *plan, const struct door_ref *ref, const struct search *search,
    enum sought sought, enum found found)
{
	struct missing_group *missing = g_new0(struct missing_group, 1);
	enum finding_kind kind = faults[sought][found].kind;
	char *text = fault_text(ref, sought, found);
	missing->group = plan_text(plan, ref->text);
	missing->kind = kind;
	missing->rules = plan_text(plan, ref->rules);
	missing->text = plan_text(plan, text);
	char *hint = hint_of(search, sought, found, plan->missing_groups->len < HINTS_MAX);
	missing->hint = plan_text(plan, hint);
	g_free(hint);
	missing->hit = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(plan->missing_groups, missing);
	finding_add(plan, kind, NULL, ref->text, ref->lock ? "lock" : NULL, "%s", text);
	g_free(text);
}

static int
compare_managed(gconstpointer p, gconstpointer q)
{
	const struct managed_group *a = p, *b = q;
	return (a->id > b->id) - (a->id < b->id);
}

static void
manage(struct groups *groups, const struct snapshot *snapshot, int64_t id, enum exclusive exclusive,
    bool former)
{
	struct managed_group group = {id, snapshot_group(snapshot, id)->name, exclusive, former};
	g_array_append_val(groups->managed, group);
}

/* By id, each once. */
static void
sort_managed(GArray *managed)
{
	guint n = 0;
	g_array_sort(managed, compare_managed);
	for (guint i = 0; i < managed->len; i++) {
		struct managed_group group = g_array_index(managed, struct managed_group, i);
		struct managed_group *known = n > 0 ? &g_array_index(
							  managed, struct managed_group, n - 1)
						    : NULL;
		if (known != NULL && known->id == group.id)
			known->exclusive = exclusive_least(known->exclusive, group.exclusive);
		else
			g_array_index(managed, struct managed_group, n++) = group;
	}
	g_array_set_size(managed, n);
}

static int
compare_ids(gconstpointer p, gconstpointer q)
{
	int64_t a = *(const int64_t *)p, b = *(const int64_t *)q;
	return (a > b) - (a < b);
}

/* The group that had this name at the last apply is called otherwise now. */
static enum found
find_renamed(const struct door_ref *ref, const struct search *search, const struct history *history,
    struct plan *plan, int64_t *id)
{
	const char *known = history_recall(history, "door", ref->key);
	const struct kisi_group *group = known != NULL && text_number(known, 1, INT64_MAX, id)
					     ? snapshot_group(search->snapshot, *id)
					     : NULL;
	struct named named = {*id, group != NULL ? group->place_id : 0, NULL};
	if (group == NULL || !in_place(search, &named)) {
		*id = 0;
		return MISSING;
	}
	finding_add(plan, FINDING_RENAMED_GROUP, NULL, ref->text, NULL,
	    "the group \"%s\" is called \"%s\" in Kisi now; it is the same group, and goes on. "
	    "Write its new name, or its id %" G_GINT64_FORMAT ", into the rule",
	    ref->text, group->name, group->id);
	return FOUND;
}

/* Links are no assignments: their group is not managed for them. */
static void
resolve_ref(const struct door_ref *ref, const struct snapshot *snapshot,
    const struct history *history, struct plan *plan, struct groups *groups)
{
	struct search search = {snapshot, groups->names, groups->place_id, ref->text, ref->lock,
	    g_array_new(FALSE, FALSE, sizeof(int64_t))};
	bool assigned = ref->method == METHOD_GROUP,
	     of_group = assigned || ref->method == METHOD_LINK;
	int64_t id, none = 0;
	enum sought sought;
	enum found found = find_door(&search, of_group, &id, &sought);
	if (found == MISSING && assigned && sought == SOUGHT_GROUP)
		found = find_renamed(ref, &search, history, plan, &id);
	if (found != FOUND)
		report_fault(plan, ref, &search, sought, found);
	else if (assigned && (ref->from_rule || ref->from_data))
		manage(groups, snapshot, id, ref->exclusive, false);
	if (found == AMBIGUOUS && of_group) {
		GArray *meant = groups_meant(&search, found, sought);
		g_array_append_vals(groups->doubted, meant->data, meant->len);
		g_array_unref(meant);
	}
	g_array_append_val(groups->of_ref, *(assigned ? &id : &none));
	g_array_append_val(groups->pass_of_ref, *(assigned ? &none : &id));
	g_array_unref(search.matches);
}

/* A group that only manual grants name is used when something else manages it, else it is reported. */
static void
drop_unmanaged(const struct entitled *entitled, const struct groups *groups, struct plan *plan)
{
	for (guint i = 0; i < entitled->refs->len; i++) {
		const struct door_ref *ref = &g_array_index(entitled->refs, struct door_ref, i);
		int64_t *id = &g_array_index(groups->of_ref, int64_t, i);
		const struct managed_group *group = groups_managed(groups, *id);
		if (*id == 0 || (group != NULL && !group->former))
			continue;
		finding_add(plan, FINDING_UNMANAGED_GRANT, NULL, ref->text, NULL,
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
		const struct door_ref *ref = &g_array_index(entitled->refs, struct door_ref, i);
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
resolve_refs(const struct entitled *entitled, const struct snapshot *snapshot,
    const struct history *history, struct plan *plan, struct groups *groups)
{
	bool *used = refs_in_use(entitled);
	for (guint i = 0; i < entitled->refs->len; i++) {
		const int64_t nowhere = 0;
		if (used[i]) {
			resolve_ref(&g_array_index(entitled->refs, struct door_ref, i), snapshot,
			    history, plan, groups);
			continue;
		}
		g_array_append_val(groups->of_ref, nowhere);
		g_array_append_val(groups->pass_of_ref, nowhere);
	}
	g_free(used);
}

/* What this program gave in a group that nothing names any more is still its business. */
static void
manage_former(const struct history *history, const struct snapshot *snapshot, struct plan *plan,
    struct groups *groups)
{
	g_autoptr(GHashTable) there = g_hash_table_new(g_int64_hash, g_int64_equal);
	g_autoptr(GArray) former = g_array_new(FALSE, FALSE, sizeof(int64_t));
	for (guint i = 0; i < snapshot->assignments->len; i++)
		g_hash_table_add(
		    there, &g_array_index(snapshot->assignments, struct kisi_assignment, i).id);
	for (guint i = 0; i < history->ledger->len; i++) {
		const struct ledger_entry *entry = &g_array_index(
		    history->ledger, struct ledger_entry, i);
		if (entry->live && g_hash_table_contains(there, &entry->assignment_id) &&
		    snapshot_group(snapshot, entry->group_id) != NULL &&
		    groups_managed(groups, entry->group_id) == NULL)
			g_array_append_val(former, entry->group_id);
	}
	for (guint i = 0; i < former->len; i++) {
		int64_t id = g_array_index(former, int64_t, i);
		manage(groups, snapshot, id, EXCLUSIVE_YES, true);
		finding_add(plan, FINDING_FORMER_GROUP, NULL, snapshot_group(snapshot, id)->name,
		    NULL,
		    "no rule names this group any more: what this program gave there is taken");
	}
}

/* A place without a zone has the organisation's. */
static const char *
zone_of(const struct snapshot *snapshot, const char *places)
{
	const char *zone = places != NULL ? places : snapshot->time_zone;
	return zone != NULL && zone_get(zone) != NULL ? zone : "UTC";
}

const char *
groups_zone(const struct config *config, const struct snapshot *snapshot)
{
	struct groups found = {0};
	GError *trouble = NULL;
	if (config->kisi.place != NULL && !find_place(config, snapshot, &found, &trouble))
		g_error_free(trouble);
	return zone_of(snapshot, found.zone);
}

bool
groups_resolve(const struct config *config, const struct entitled *entitled,
    const struct snapshot *snapshot, const struct history *history, struct plan *plan,
    struct groups *out, GError **error)
{
	*out = (struct groups){.of_ref = g_array_new(FALSE, FALSE, sizeof(int64_t)),
	    .pass_of_ref = g_array_new(FALSE, FALSE, sizeof(int64_t)),
	    .managed = g_array_new(FALSE, FALSE, sizeof(struct managed_group)),
	    .doubted = g_array_new(FALSE, FALSE, sizeof(int64_t)),
	    .names = namesakes_new(snapshot)};
	if (config->kisi.place != NULL && !find_place(config, snapshot, out, error)) {
		groups_done(out);
		return false;
	}
	out->zone = zone_of(snapshot, out->zone);
	resolve_refs(entitled, snapshot, history, plan, out);
	sort_managed(out->managed);
	manage_former(history, snapshot, plan, out);
	sort_managed(out->managed);
	g_array_sort(out->doubted, compare_ids);
	drop_unmanaged(entitled, out, plan);
	return true;
}

int64_t
groups_lock(const struct config *config, const struct snapshot *snapshot,
    const struct door_ref *ref, GError **error)
{
	struct groups site = {0};
	if (config->kisi.place != NULL && !find_place(config, snapshot, &site, error))
		return 0;
	site.names = namesakes_new(snapshot);
	struct search search = {snapshot, site.names, site.place_id, ref->text, true,
	    g_array_new(FALSE, FALSE, sizeof(int64_t))};
	int64_t id;
	enum sought sought;
	enum found found = find_door(&search, false, &id, &sought);
	if (found != FOUND) {
		char *text = fault_text(ref, sought, found),
		     *hint = hint_of(&search, sought, found, true);
		fail(error, EXIT_HELD, hint, "%s", text);
		g_free(hint);
		g_free(text);
	}
	g_array_unref(search.matches);
	namesakes_free(site.names);
	return id;
}

void
groups_done(struct groups *groups)
{
	g_clear_pointer(&groups->names, namesakes_free);
	g_clear_pointer(&groups->of_ref, g_array_unref);
	g_clear_pointer(&groups->pass_of_ref, g_array_unref);
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
	return g_array_binary_search(groups->doubted, &id, compare_ids, NULL);
}

GArray *
groups_candidates(const struct groups *groups, const struct snapshot *snapshot, const char *text)
{
	bool lock = g_str_has_prefix(text, GROUPS_OF_LOCK);
	struct search search = {snapshot, groups->names, groups->place_id,
	    lock ? text + strlen(GROUPS_OF_LOCK) : text, lock,
	    g_array_new(FALSE, FALSE, sizeof(int64_t))};
	int64_t id;
	enum sought sought;
	enum found found = find_door(&search, true, &id, &sought);
	GArray *meant = groups_meant(&search, found, sought);
	g_array_unref(search.matches);
	return meant;
}

int64_t
groups_find(const struct groups *groups, const struct snapshot *snapshot, const char *text)
{
	GArray *ids = groups_candidates(groups, snapshot, text);
	int64_t id = ids->len == 1 ? g_array_index(ids, int64_t, 0) : 0;
	g_array_unref(ids);
	return id;
}
