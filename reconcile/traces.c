/* Keeping what explains the end of access.  Which record explains what is decided in reconcile/judge.c. */
#include "reconcile/traces.h"

#include <string.h>

struct trace_key {
	uint32_t person, ref, cause, source;
};

struct traces {
	const GArray *reasons;
	const struct intern *texts;
	GArray *list;	    /* of struct trace */
	GHashTable *by_key; /* struct trace_key -> index + 1 */
};

static guint
key_hash(gconstpointer p)
{
	const struct trace_key *key = p;
	return key->person * 2654435761u ^ key->ref * 40503u ^ key->cause << 8 ^ key->source;
}

static gboolean
key_equal(gconstpointer p, gconstpointer q)
{
	return memcmp(p, q, sizeof(struct trace_key)) == 0;
}

struct traces *
traces_new(const GArray *reasons, const struct intern *texts)
{
	struct traces *traces = g_new0(struct traces, 1);
	traces->reasons = reasons;
	traces->texts = texts;
	traces->list = g_array_new(FALSE, FALSE, sizeof(struct trace));
	traces->by_key = g_hash_table_new_full(key_hash, key_equal, g_free, NULL);
	return traces;
}

void
traces_free(struct traces *traces)
{
	g_array_unref(traces->list);
	g_hash_table_unref(traces->by_key);
	g_free(traces);
}

static const struct raw_reason *
reason_of(const struct traces *traces, const struct trace *trace)
{
	return &g_array_index(traces->reasons, struct raw_reason, trace->reason);
}

/* Of the traces with one cause the one that lasts longest is kept; equal ones are told apart by record. */
static bool
is_better(const struct traces *traces, const struct trace *a, const struct trace *b)
{
	if (a->span.until != b->span.until)
		return a->span.until > b->span.until;
	if (a->span.from != b->span.from)
		return a->span.from < b->span.from;
	return g_strcmp0(intern_text(traces->texts, reason_of(traces, a)->record),
		   intern_text(traces->texts, reason_of(traces, b)->record)) < 0;
}

void
traces_add(struct traces *traces, const struct trace *trace)
{
	struct trace_key key = {
	    trace->person, trace->ref, trace->cause, reason_of(traces, trace)->source};
	guint known = GPOINTER_TO_UINT(g_hash_table_lookup(traces->by_key, &key));
	if (known == 0) {
		g_array_append_val(traces->list, *trace);
		g_hash_table_insert(traces->by_key, g_memdup2(&key, sizeof key),
		    GUINT_TO_POINTER(traces->list->len));
		return;
	}
	struct trace *former = &g_array_index(traces->list, struct trace, known - 1);
	if (reason_of(traces, former)->dead || is_better(traces, trace, former))
		*former = *trace;
}

static int
compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int
compare_traces(gconstpointer p, gconstpointer q, gpointer user)
{
	const struct traces *traces = user;
	const struct trace *a = p, *b = q;
	int order = compare_numbers(a->person, b->person);
	if (order == 0)
		order = compare_numbers(a->ref, b->ref);
	if (order == 0)
		order = compare_numbers(a->cause, b->cause);
	return order != 0
		   ? order
		   : compare_numbers(reason_of(traces, a)->source, reason_of(traces, b)->source);
}

const GArray *
traces_finish(struct traces *traces)
{
	guint n = 0;
	for (guint i = 0; i < traces->list->len; i++) {
		struct trace trace = g_array_index(traces->list, struct trace, i);
		if (!reason_of(traces, &trace)->dead)
			g_array_index(traces->list, struct trace, n++) = trace;
	}
	g_array_set_size(traces->list, n);
	/* The indexes moved. */
	g_hash_table_remove_all(traces->by_key);
	g_array_sort_with_data(traces->list, compare_traces, traces);
	return traces->list;
}
