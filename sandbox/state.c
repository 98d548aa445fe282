/*
 * The objects in memory: found by id, found by the indexes below, removed with what hangs on
 * them.  What they mean and how they look from outside is the business of the resource files.
 */
#include "sandbox/state.h"

#include "base/json.h"

#include <string.h>

/* Where an index takes its key from. */
static const struct index_spec {
	enum store_id store;
	const char *type_field; /* NULL for an untyped one */
	const char *field;
} index_specs[INDEX_COUNT] = {
    [INDEX_LOCKS_BY_PLACE] = {STORE_LOCKS, NULL, "place_id"},
    [INDEX_GROUPS_BY_PLACE] = {STORE_GROUPS, NULL, "place_id"},
    [INDEX_GROUP_LOCKS_BY_GROUP] = {STORE_GROUP_LOCKS, NULL, "group_id"},
    [INDEX_GROUP_LOCKS_BY_LOCK] = {STORE_GROUP_LOCKS, NULL, "lock_id"},
    [INDEX_USERS_BY_EMAIL] = {STORE_USERS, NULL, "email"},
    [INDEX_ASSIGNMENTS_BY_TARGET] = {STORE_ROLE_ASSIGNMENTS, "applies_to_type", "applies_to_id"},
    [INDEX_ASSIGNMENTS_BY_ASSIGNEE] = {STORE_ROLE_ASSIGNMENTS, "assignee_type", "assignee_id"},
    [INDEX_LINKS_BY_GROUP] = {STORE_GROUP_LINKS, NULL, "group_id"},
    [INDEX_SCHEDULES_BY_TARGET] = {STORE_SCHEDULES, "scheduleable_type", "scheduleable_id"},
    [INDEX_MEMBERSHIPS_BY_TEAM] = {STORE_TEAM_MEMBERSHIPS, NULL, "team_id"},
    [INDEX_MEMBERSHIPS_BY_MEMBER] = {STORE_TEAM_MEMBERSHIPS, "member_type", "member_id"},
    [INDEX_LOGINS_BY_USER] = {STORE_LOGINS, NULL, "user_id"},
    [INDEX_LOGINS_BY_SECRET] = {STORE_LOGINS, NULL, "secret"},
};

/* Rows found by `index` under a removed row of `owner` go with it. */
static const struct {
	enum store_id owner;
	enum index_id index;
	const char *type; /* the owner's word in a typed index */
} dependents[] = {
    {STORE_PLACES, INDEX_LOCKS_BY_PLACE, NULL},
    {STORE_PLACES, INDEX_GROUPS_BY_PLACE, NULL},
    {STORE_PLACES, INDEX_ASSIGNMENTS_BY_TARGET, "Place"},
    {STORE_LOCKS, INDEX_GROUP_LOCKS_BY_LOCK, NULL},
    {STORE_LOCKS, INDEX_SCHEDULES_BY_TARGET, "Lock"},
    {STORE_GROUPS, INDEX_GROUP_LOCKS_BY_GROUP, NULL},
    {STORE_GROUPS, INDEX_LINKS_BY_GROUP, NULL},
    {STORE_GROUPS, INDEX_ASSIGNMENTS_BY_TARGET, "Group"},
    {STORE_GROUPS, INDEX_SCHEDULES_BY_TARGET, "Group"},
    {STORE_USERS, INDEX_ASSIGNMENTS_BY_ASSIGNEE, "User"},
    {STORE_USERS, INDEX_MEMBERSHIPS_BY_MEMBER, "User"},
    {STORE_USERS, INDEX_LOGINS_BY_USER, NULL},
    {STORE_TEAMS, INDEX_ASSIGNMENTS_BY_ASSIGNEE, "Team"},
    {STORE_TEAMS, INDEX_MEMBERSHIPS_BY_TEAM, NULL},
    {STORE_GUESTS, INDEX_ASSIGNMENTS_BY_ASSIGNEE, "Guest"},
    {STORE_GUESTS, INDEX_MEMBERSHIPS_BY_MEMBER, "Guest"},
};

struct store {
	GPtrArray *rows;   /* struct row *, owned */
	GHashTable *by_id; /* &row->id -> row */
	int64_t last_id;
};

struct state {
	struct store stores[STORE_COUNT];
	GHashTable *indexes[INDEX_COUNT]; /* key text -> GPtrArray of row */
	struct row *organization;
	uint64_t generation;
};

static void
row_free(gpointer data)
{
	struct row *row = data;

	json_object_put(row->fields);
	g_free(row);
}

struct state *
state_new(void)
{
	struct state *state = g_new0(struct state, 1);

	for (int i = 0; i < STORE_COUNT; i++) {
		state->stores[i].rows = g_ptr_array_new_with_free_func(row_free);
		state->stores[i].by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
	}
	for (int i = 0; i < INDEX_COUNT; i++)
		state->indexes[i] = g_hash_table_new_full(
		    g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	state->organization = g_new0(struct row, 1);
	state->organization->id = 1;
	state->organization->fields = json_object_new_object();
	return state;
}

void
state_free(struct state *state)
{
	if (state == NULL)
		return;
	for (int i = 0; i < INDEX_COUNT; i++)
		g_hash_table_destroy(state->indexes[i]);
	for (int i = 0; i < STORE_COUNT; i++) {
		g_hash_table_destroy(state->stores[i].by_id);
		g_ptr_array_unref(state->stores[i].rows);
	}
	row_free(state->organization);
	g_free(state);
}

struct row *
state_organization(const struct state *state)
{
	return state->organization;
}

const GPtrArray *
state_rows(const struct state *state, enum store_id store)
{
	return state->stores[store].rows;
}

struct row *
state_find(const struct state *state, enum store_id store, int64_t id)
{
	return g_hash_table_lookup(state->stores[store].by_id, &id);
}

const GPtrArray *
state_where(const struct state *state, enum index_id index, const char *type, int64_t id)
{
	char key[64];

	g_snprintf(key, sizeof key, "%s:%" G_GINT64_FORMAT, type != NULL ? type : "", id);
	return g_hash_table_lookup(state->indexes[index], key);
}

struct row *
state_where_text(const struct state *state, enum index_id index, const char *text)
{
	g_autofree char *folded = g_utf8_casefold(text, -1);
	g_autofree char *key = g_strconcat(":", folded, NULL);
	const GPtrArray *rows = g_hash_table_lookup(state->indexes[index], key);

	return rows != NULL ? g_ptr_array_index(rows, 0) : NULL;
}

/*
 * The key of the row in an index, as state_where and state_where_text build it; NULL when it has
 * none.
 */
static char *
index_key(const struct index_spec *spec, const struct row *row)
{
	const char *text = row_text(row, spec->field);
	const char *type = spec->type_field != NULL ? row_text(row, spec->type_field) : "";

	if (text != NULL) {
		g_autofree char *folded = g_utf8_casefold(text, -1);
		return g_strconcat(":", folded, NULL);
	}
	if (type == NULL || json_member(row->fields, spec->field) == NULL)
		return NULL;
	return g_strdup_printf("%s:%" G_GINT64_FORMAT, type, row_integer(row, spec->field));
}

static void
index_row(struct state *state, enum store_id store, struct row *row)
{
	for (int i = 0; i < INDEX_COUNT; i++) {
		char *key = index_specs[i].store == store ? index_key(&index_specs[i], row) : NULL;
		if (key == NULL)
			continue;
		GPtrArray *rows = g_hash_table_lookup(state->indexes[i], key);
		if (rows == NULL) {
			rows = g_ptr_array_new();
			g_hash_table_insert(state->indexes[i], g_strdup(key), rows);
		}
		g_ptr_array_add(rows, row);
		g_free(key);
	}
}

static void
unindex_row(struct state *state, enum store_id store, struct row *row)
{
	for (int i = 0; i < INDEX_COUNT; i++) {
		g_autofree char *key = index_specs[i].store == store
					   ? index_key(&index_specs[i], row)
					   : NULL;
		GPtrArray *rows = key != NULL ? g_hash_table_lookup(state->indexes[i], key) : NULL;
		if (rows == NULL)
			continue;
		g_ptr_array_remove_fast(rows, row);
		if (rows->len == 0)
			g_hash_table_remove(state->indexes[i], key);
	}
}

struct row *
state_add(struct state *state, enum store_id id_of_store, int64_t id, struct json_object *fields,
    int64_t born_us)
{
	struct store *store = &state->stores[id_of_store];

	if (id != 0 && state_find(state, id_of_store, id) != NULL) {
		json_object_put(fields);
		return NULL;
	}
	struct row *row = g_new0(struct row, 1);
	row->id = id != 0 ? id : store->last_id + 1;
	row->fields = fields;
	row->born_us = born_us;
	row->position = store->rows->len;
	store->last_id = MAX(store->last_id, row->id);
	g_ptr_array_add(store->rows, row);
	g_hash_table_insert(store->by_id, &row->id, row);
	index_row(state, id_of_store, row);
	state->generation++;
	return row;
}

void
state_change(struct state *state, enum store_id store, struct row *row, struct json_object *fields)
{
	state->generation++;
	if (row == state->organization) {
		json_object_put(row->fields);
		row->fields = fields;
		return;
	}
	unindex_row(state, store, row);
	json_object_put(row->fields);
	row->fields = fields;
	index_row(state, store, row);
}

void
state_remove(struct state *state, enum store_id owner, struct row *row)
{
	struct store *store = &state->stores[owner];

	for (size_t i = 0; i < G_N_ELEMENTS(dependents); i++) {
		const GPtrArray *rows;
		if (dependents[i].owner != owner)
			continue;
		/* Each removal shortens, and in the end frees, the index entry: look it up anew. */
		while ((rows = state_where(
			    state, dependents[i].index, dependents[i].type, row->id)) != NULL)
			state_remove(state, index_specs[dependents[i].index].store,
			    g_ptr_array_index(rows, rows->len - 1));
	}
	unindex_row(state, owner, row);
	g_hash_table_remove(store->by_id, &row->id);
	struct row *last = g_ptr_array_index(store->rows, store->rows->len - 1);
	last->position = row->position;
	g_ptr_array_remove_index_fast(store->rows, row->position);
	state->generation++;
}

void
state_each_dangling(struct state *state,
    void (*missing)(
	void *user, enum store_id store, const struct row *row, enum store_id owner, int64_t id),
    void *user)
{
	for (size_t i = 0; i < G_N_ELEMENTS(dependents); i++) {
		const struct index_spec *spec = &index_specs[dependents[i].index];
		const GPtrArray *rows = state->stores[spec->store].rows;
		for (guint r = 0; r < rows->len; r++) {
			const struct row *row = g_ptr_array_index(rows, r);
			int64_t id = row_integer(row, spec->field);
			bool its = dependents[i].type == NULL ||
				   g_strcmp0(row_text(row, spec->type_field), dependents[i].type) ==
				       0;
			if (its && id != 0 && state_find(state, dependents[i].owner, id) == NULL)
				missing(user, spec->store, row, dependents[i].owner, id);
		}
	}
}

uint64_t
state_generation(const struct state *state)
{
	return state->generation;
}

int64_t
row_integer(const struct row *row, const char *name)
{
	int64_t value = 0;

	return json_integer(row->fields, name, &value) ? value : 0;
}

const char *
row_text(const struct row *row, const char *name)
{
	return json_text(row->fields, name);
}

bool
row_flag(const struct row *row, const char *name)
{
	bool value = false;

	return json_boolean(row->fields, name, &value) && value;
}

bool
row_is(const struct row *row, const char *name, const char *text)
{
	return g_strcmp0(row_text(row, name), text) == 0;
}
