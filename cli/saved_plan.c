/* A plan that was saved as JSON, read back: only what tells whether it is still the plan. */
#include "cli/saved_plan.h"

#include "base/failure.h"
#include "base/json.h"

#include <string.h>

void
saved_plan_done(struct saved_plan *saved)
{
	g_free(saved->id);
	g_free(saved->approval);
	g_free(saved->inputs);
	g_free(saved->config);
	g_free(saved->snapshot);
	g_free(saved->changes);
}

/* NULL when one of them has no id. */
static char *
saved_changes(struct json_object *document)
{
	struct json_object *list = json_array(document, "changes");
	GString *ids = g_string_new(NULL);
	bool good = list != NULL;
	for (size_t i = 0; good && i < json_object_array_length(list); i++) {
		const char *id = json_text(json_object_array_get_idx(list, i), "id");
		good = id != NULL;
		if (good)
			g_string_append_printf(ids, "%s\n", id);
	}
	return g_string_free(ids, !good);
}

bool
saved_plan_read(const char *text, const char *name, struct saved_plan *saved, GError **error)
{
	*saved = (struct saved_plan){0};
	struct json_object *document = json_read(text, strlen(text), name, error);
	if (document == NULL)
		return false;
	if (json_member(document, "no_plan") != NULL) {
		json_object_put(document);
		return fail(error, EXIT_BAD_INPUT,
		    "its no_plan says why; make one with: kisi-reconcile plan --json FILE",
		    "%s: that run came to no plan", name);
	}
	struct json_object *hashes = json_member(document, "hashes");
	int64_t version = 0;
	instant as_of = 0;
	const char *dated = json_text(document, "as_of");
	char *changes = saved_changes(document);
	bool good = changes != NULL && dated != NULL && instant_parse(dated, &as_of) &&
		    json_integer(document, "format_version", &version) && version == 1 &&
		    json_text(document, "plan") != NULL && json_text(document, "run") != NULL &&
		    json_text(document, "approval") != NULL &&
		    json_text(hashes, "inputs") != NULL && json_text(hashes, "config") != NULL &&
		    json_text(hashes, "snapshot") != NULL;
	if (good) {
		*saved = (struct saved_plan){.id = g_strdup(json_text(document, "plan")),
		    .approval = g_strdup(json_text(document, "approval")),
		    .inputs = g_strdup(json_text(hashes, "inputs")),
		    .config = g_strdup(json_text(hashes, "config")),
		    .snapshot = g_strdup(json_text(hashes, "snapshot")),
		    .as_of = as_of,
		    .changes = g_steal_pointer(&changes)};
	} else {
		fail(error, EXIT_BAD_INPUT, "make one with: kisi-reconcile plan --json FILE",
		    "%s: not a saved plan of this program", name);
	}
	json_object_put(document);
	g_free(changes);
	return good;
}
