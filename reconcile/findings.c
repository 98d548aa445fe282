/* Collecting what a person must look at. */
#include "reconcile/findings.h"

#include <string.h>

static struct finding *
add(struct plan *plan, enum finding_kind kind, const char *email, const char *group,
    const char *subject, char *text)
{
	struct finding *finding = g_new0(struct finding, 1);
	plan_make_id(finding->id, finding_word(kind), email != NULL ? email : "",
	    group != NULL ? group : "", subject != NULL ? subject : "", NULL);
	finding->kind = kind;
	finding->email = plan_text(plan, email);
	finding->group = plan_text(plan, group);
	finding->subject = plan_text(plan, subject);
	finding->said = finding->text = plan_text(plan, text);
	g_free(text);
	g_ptr_array_add(plan->findings, finding);
	return finding;
}

struct finding *
finding_add(struct plan *plan, enum finding_kind kind, const char *email, const char *group,
    const char *subject, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	return add(plan, kind, email, group, subject, text);
}

void
finding_add_of_source(struct plan *plan, enum finding_kind kind, const char *source,
    const char *lead, const char *email, const char *subject, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *said = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	char *text = g_strconcat(lead, source, ": ", said, NULL);
	struct finding *finding = add(plan, kind, email, NULL, subject, text);
	finding->source = plan_text(plan, source);
	finding->said = finding->text + strlen(finding->text) - strlen(said);
}

static int
compare_findings(gconstpointer p, gconstpointer q)
{
	const struct finding *a = *(struct finding *const *)p, *b = *(struct finding *const *)q;
	int order = strcmp(finding_word(a->kind), finding_word(b->kind));
	if (order == 0)
		order = g_strcmp0(a->email, b->email);
	if (order == 0)
		order = g_strcmp0(a->group, b->group);
	return order != 0 ? order : strcmp(a->id, b->id);
}

/* Planning again for the same instant is not another sighting: equal runs give equal bytes. */
static void
recall(struct finding *finding, const struct history *history, instant now)
{
	const struct finding_seen *seen = history_finding(history, finding->id);
	finding->first_seen = seen != NULL ? MIN(seen->first_seen, now) : now;
	finding->runs_seen = seen == NULL ? 1 : seen->runs_seen + (seen->last_seen != now);
}

void
findings_finish(struct plan *plan, const struct history *history)
{
	GHashTable *ids = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *kept = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < plan->findings->len; i++) {
		struct finding *finding = g_ptr_array_index(plan->findings, i);
		if (!g_hash_table_add(ids, finding->id))
			continue;
		recall(finding, history, plan->as_of);
		g_ptr_array_index(plan->findings, i) = NULL;
		g_ptr_array_add(kept, finding);
	}
	/* ids points into findings that are freed now: it is not used any more. */
	g_hash_table_unref(ids);
	g_ptr_array_unref(plan->findings);
	plan->findings = kept;
	g_ptr_array_sort(kept, compare_findings);
}
