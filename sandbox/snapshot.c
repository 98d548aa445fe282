/*
 * Snapshot files in and out of the state, and the keys of the command line, which become logins
 * in it.  The tables of the resources say what an object must look like.
 */
#include "sandbox/snapshot.h"

#include "base/failure.h"
#include "base/file.h"
#include "base/json.h"
#include "base/jsonstream.h"
#include "base/text.h"
#include "sandbox/organization.h"
#include "sandbox/resource.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Ids above this would not survive a client that reads numbers as doubles. */
#define ID_MAX ((int64_t)1 << 53)

#define ARRAYS_MAX 16

struct loading {
	struct sandbox *sandbox;
	const char *name; /* of the file */
	const struct resource *arrays[ARRAYS_MAX];
	const char *paths[ARRAYS_MAX];
	size_t count;
	GHashTable *stubs; /* "store:id" -> stub of an object not (yet) seen */
	guint documents;
	guint made_up; /* in the last round of filling gaps */
	GError *error;
};

static void
find_arrays(struct loading *loading)
{
	for (size_t i = 0; resources[i] != NULL; i++) {
		if (resources[i]->array == NULL)
			continue;
		g_assert(loading->count < ARRAYS_MAX);
		loading->arrays[loading->count] = resources[i];
		loading->paths[loading->count] = resources[i]->array;
		loading->count++;
	}
}

static void
put_object(gpointer object)
{
	json_object_put(object);
}

static char *
stub_key(enum store_id store, int64_t id)
{
	return g_strdup_printf("%d:%" G_GINT64_FORMAT, (int)store, id);
}

/* Remember the stubs inside an object whose originals have not come yet; they may never come. */
static void
keep_stubs(struct loading *loading, struct json_object *object)
{
	json_object_object_foreach(object, name, value)
	{
		enum store_id store = store_of_type(json_text(value, "resource_type"));
		int64_t id;
		(void)name;
		if (store == STORE_COUNT || !json_integer(value, "id", &id) ||
		    state_find(loading->sandbox->state, store, id) != NULL)
			continue;
		g_hash_table_replace(loading->stubs, stub_key(store, id), json_object_get(value));
	}
}

/* The first member an object of this resource cannot be without and lacks; NULL when it has all. */
static const char *
lacking(const struct resource *resource, struct json_object *fields)
{
	for (const struct field *field = resource->fields; field->name != NULL; field++) {
		if (field->type == FIELD_INTEGER && (field->flags & FIELD_REQUIRED) != 0 &&
		    json_member(fields, field->name) == NULL)
			return field->name;
	}
	return NULL;
}

/* Keep the object as a row.  False and *why (caller frees) when it cannot be. */
static bool
add_object(struct sandbox *sandbox, const struct resource *resource, struct json_object *object,
    int64_t id, char **why)
{
	const char *wrong = NULL;
	struct json_object *fields = fields_load(resource->fields, object, &wrong);

	if (fields == NULL) {
		*why = g_strconcat(wrong, " has the wrong type", NULL);
		return false;
	}
	if (resource->load != NULL && !resource->load(sandbox->state, object, fields, id, &wrong)) {
		*why = g_strdup(wrong);
	} else if ((wrong = lacking(resource, fields)) != NULL) {
		*why = g_strconcat(wrong, " is missing", NULL);
	} else if (id != 0 && state_find(sandbox->state, resource->store, id) != NULL) {
		*why = g_strdup("id is that of another object");
	} else {
		state_add(sandbox->state, resource->store, id, fields, 0);
		return true;
	}
	json_object_put(fields);
	return false;
}

static bool
load_element(void *user, size_t path, struct json_object *element, uint64_t number, uint64_t line)
{
	struct loading *loading = user;
	const struct resource *resource = loading->arrays[path];
	g_autofree char *why = NULL;
	int64_t id = 0;
	bool by_number = resource->store != STORE_ROLES;

	if (!json_object_is_type(element, json_type_object))
		why = g_strdup("is not an object");
	else if (by_number && (!json_integer(element, "id", &id) || id <= 0 || id > ID_MAX))
		why = g_strdup("id is missing or out of range");
	else if (add_object(loading->sandbox, resource, element, id, &why))
		keep_stubs(loading, element);
	if (why == NULL)
		return true;
	return fail(&loading->error, EXIT_BAD_INPUT, NULL,
	    "%s:%" G_GUINT64_FORMAT ": %s: object %" G_GUINT64_FORMAT " (id %" G_GINT64_FORMAT
	    "): %s",
	    loading->name, line, resource->array, number, id, why);
}

/* What stands around the arrays.  NULL, or what is wrong with it (constant). */
static const char *
take_rest(struct loading *loading, struct json_object *rest, struct json_object *organization)
{
	const char *fetched_at = json_text(rest, "fetched_at");
	const char *wrong = NULL;
	int64_t version = 1;
	instant ignored;

	if (!json_object_is_type(rest, json_type_object))
		return "is not an object";
	if (++loading->documents > 1)
		return "there is more than one document";
	if (json_member(rest, "format_version") != NULL &&
	    (!json_integer(rest, "format_version", &version) || version != 1))
		return "format_version is not 1";
	if (fetched_at != NULL && instant_parse(fetched_at, &ignored))
		loading->sandbox->loaded_at = g_strdup(fetched_at);
	if (!json_object_is_type(organization, json_type_object) ||
	    !organization_load(loading->sandbox->state, organization, &wrong))
		return "organization is not an object, or holds a wrong type";
	return NULL;
}

static void
load_rest(void *user, struct json_object *rest, const bool *found)
{
	struct loading *loading = user;
	struct json_object *organization = json_object_get(json_member(rest, "organization"));

	if (organization == NULL)
		organization = json_object_new_object();
	const char *wrong = take_rest(loading, rest, organization);
	if (wrong != NULL && loading->error == NULL)
		fail(&loading->error, EXIT_BAD_INPUT, NULL, "%s: %s", loading->name, wrong);
	json_object_put(organization);
}

static const struct resource *
resource_of(enum store_id store)
{
	size_t i = 0;

	while (resources[i]->store != store)
		i++;
	return resources[i];
}

static void
make_up(void *user, enum store_id store, const struct row *row, enum store_id owner, int64_t id)
{
	struct loading *loading = user;
	const struct resource *resource = resource_of(owner);
	struct json_object *none = json_object_new_object();
	g_autofree char *key = stub_key(owner, id);
	struct json_object *stub = g_hash_table_lookup(loading->stubs, key);
	g_autofree char *why = NULL, *why_none = NULL;

	loading->made_up++;
	if (stub == NULL || !add_object(loading->sandbox, resource, stub, id, &why)) {
		add_object(loading->sandbox, resource, none, id, &why_none);
		g_printerr("kisi-sandbox: %s: %s %" G_GINT64_FORMAT
			   " refers to %s %" G_GINT64_FORMAT
			   ", which is not in the file: made up\n",
		    loading->name, resource_of(store)->path, row->id, resource->path, id);
	}
	json_object_put(none);
}

static gssize
read_file(void *user, char *buffer, size_t room, GError **error)
{
	size_t length = fread(buffer, 1, room, user);

	if (length == 0 && ferror(user)) {
		fail(
		    error, EXIT_BAD_INPUT, NULL, "cannot read the snapshot: %s", g_strerror(errno));
		return -1;
	}
	return (gssize)length;
}

static bool
load_file(struct loading *loading, const char *path, GError **error)
{
	struct jsonstream_handler handler = {load_element, load_rest, loading, UINT64_MAX};
	FILE *file = fopen(path, "rb");

	if (file == NULL)
		return fail(error, EXIT_BAD_INPUT, NULL, "%s: %s", path, g_strerror(errno));
	bool fine = jsonstream_read(
	    read_file, file, path, loading->paths, loading->count, &handler, error);
	fclose(file);
	if (fine && loading->error != NULL) {
		g_propagate_error(error, g_steal_pointer(&loading->error));
		return false;
	}
	g_clear_error(&loading->error);
	return fine;
}

bool
sandbox_load(struct sandbox *sandbox, const char *path, GError **error)
{
	struct loading loading = {.sandbox = sandbox, .name = path != NULL ? path : "nothing"};
	bool fine = true;

	loading.stubs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, put_object);
	find_arrays(&loading);
	if (path != NULL) {
		fine = load_file(&loading, path, error);
	} else {
		struct json_object *nothing = json_object_new_object();
		load_rest(&loading, nothing, NULL);
		json_object_put(nothing);
	}
	if (sandbox->loaded_at == NULL) {
		char buffer[INSTANT_TEXT];
		sandbox->loaded_at = g_strdup(instant_format(sandbox_now(sandbox), buffer));
	}
	/* What is made up may itself refer to something that must be made up. */
	do {
		loading.made_up = 0;
		if (fine)
			state_each_dangling(sandbox->state, make_up, &loading);
	} while (loading.made_up > 0);
	if (state_rows(sandbox->state, STORE_ROLES)->len == 0)
		roles_add_built_in(sandbox->state);
	g_hash_table_destroy(loading.stubs);
	return fine;
}

static int
compare_ids(gconstpointer a, gconstpointer b)
{
	const struct row *left = *(struct row *const *)a, *right = *(struct row *const *)b;

	return (left->id > right->id) - (left->id < right->id);
}

/*
 * The rows to write, by id.  Keys of the command line are not the organisation's.  Caller unrefs.
 */
static GPtrArray *
rows_to_write(const struct sandbox *sandbox, enum store_id store)
{
	const GPtrArray *rows = state_rows(sandbox->state, store);
	GPtrArray *out = g_ptr_array_sized_new(rows->len);

	for (guint i = 0; i < rows->len; i++) {
		struct row *row = g_ptr_array_index(rows, i);
		if (!row_flag(row, "command_line"))
			g_ptr_array_add(out, row);
	}
	g_ptr_array_sort(out, compare_ids);
	return out;
}

/*
 * Guests and logins are not in Kisi snapshots as others write them: they are written only where
 * there are any.
 */
static bool
is_optional(enum store_id store)
{
	return store == STORE_GUESTS || store == STORE_LOGINS;
}

static void
write_array(const struct request *request, const struct resource *resource, GString *out)
{
	GPtrArray *rows = rows_to_write(request->sandbox, resource->store);

	if (rows->len > 0 || !is_optional(resource->store)) {
		g_string_append_printf(out, ",\n\"%s\":[", resource->array);
		for (guint i = 0; i < rows->len; i++) {
			struct json_object *object = resource_object(
			    request, resource, g_ptr_array_index(rows, i));
			g_string_append(out, i > 0 ? ",\n" : "\n");
			g_string_append(out, json_compact(object));
			json_object_put(object);
		}
		g_string_append_c(out, ']');
	}
	g_ptr_array_unref(rows);
}

char *
sandbox_text(struct sandbox *sandbox)
{
	GString *out = g_string_new(NULL);
	char buffer[INSTANT_TEXT];
	struct request request;

	request_init(&request, sandbox);
	struct json_object *organization = organization_object(&request);
	g_string_append_printf(out,
	    "{\"format_version\":1,\"fetched_at\":\"%s\",\n\"organization\":%s",
	    instant_format(request.now, buffer), json_compact(organization));
	json_object_put(organization);
	for (size_t i = 0; resources[i] != NULL; i++) {
		if (resources[i]->array != NULL)
			write_array(&request, resources[i], out);
	}
	g_string_append(out, "}\n");
	request_done(&request);
	return g_string_free(out, FALSE);
}

bool
sandbox_save(struct sandbox *sandbox, const char *path, GError **error)
{
	g_autofree char *text = sandbox_text(sandbox);
	return file_write(path, text, strlen(text), 0600, error);
}

/* The user whom the rights of the organisation point out. */
static int64_t
administrator(const struct state *state)
{
	const GPtrArray *rows = state_where(
	    state, INDEX_ASSIGNMENTS_BY_TARGET, "Organization", state_organization(state)->id);

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		const struct row *row = g_ptr_array_index(rows, i);
		const char *role = row_text(row, "role_id");
		if (row_is(row, "assignee_type", "User") &&
		    (strcmp(role, "owner") == 0 || strcmp(role, "administrator") == 0))
			return row_integer(row, "assignee_id");
	}
	return 0;
}

static int64_t
usual_key_owner(const struct request *request)
{
	struct state *state = request->sandbox->state;
	int64_t owner = row_integer(state_organization(state), "user_id");
	const GPtrArray *users = state_rows(state, STORE_USERS);

	if (state_find(state, STORE_USERS, owner) == NULL)
		owner = administrator(state);
	for (guint i = 0; owner == 0 && i < users->len; i++)
		owner = ((const struct row *)g_ptr_array_index(users, i))->id;
	return owner != 0 ? owner : user_add(request, "owner@example.org", "Owner")->id;
}

static bool
add_login(const struct request *request, const char *secret, int64_t user_id, GError **error)
{
	const struct state *state = request->sandbox->state;

	if (text_blank(secret) || !g_utf8_validate(secret, -1, NULL))
		return fail(error, EXIT_BAD_USAGE, NULL, "a key is blank, or not UTF-8");
	if (state_where_text(state, INDEX_LOGINS_BY_SECRET, secret) != NULL)
		return fail(
		    error, EXIT_BAD_USAGE, NULL, "a key is given twice (case does not count)");
	if (state_find(state, STORE_USERS, user_id) == NULL)
		return fail(error, EXIT_BAD_USAGE, NULL,
		    "a key is for user %" G_GINT64_FORMAT ", who does not exist", user_id);
	struct json_object *fields = json_object_new_object();
	json_put_boolean(fields, "command_line", true);
	json_put_boolean(fields, "expire", false);
	login_add(request, user_id, "api", secret, fields);
	return true;
}

bool
sandbox_add_key(struct sandbox *sandbox, const char *text, GError **error)
{
	const char *at = strrchr(text, '@');
	int64_t user_id = 0;
	bool named = at != NULL && text_number(at + 1, 1, INT64_MAX, &user_id);
	g_autofree char *secret = named ? g_strndup(text, (gsize)(at - text)) : g_strdup(text);
	struct request request;

	request_init(&request, sandbox);
	bool fine = add_login(&request, secret, named ? user_id : usual_key_owner(&request), error);
	request_done(&request);
	return fine;
}
