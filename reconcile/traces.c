/* Keeping what explains the end of access.  Which record explains what is decided in reconcile/judge.c. */
#include "reconcile/traces.h"

struct traces {
	const GArray *reasons;
	const struct intern *texts;
	GArray *list; /* of struct trace */
};

struct traces *
traces_new(const GArray *reasons, const struct intern *texts)
{
	struct traces *traces = g_new0(struct traces, 1);
	traces->reasons = reasons;
	traces->texts = texts;
	traces->list = g_array_new(FALSE, FALSE, sizeof(struct trace));
	return traces;
}

void
traces_free(struct traces *traces)
{
	g_array_unref(traces->list);
	g_free(traces);
}

void
traces_add(struct traces *traces, const struct trace *trace)
{
	g_array_append_val(traces->list, *trace);
}

static const struct raw_reason *
reason_of(const struct traces *traces, const struct trace *trace)
{
	return &g_array_index(traces->reasons, struct raw_reason, trace->reason);
}

static int
compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Equal ones are told apart by record, so that the order of rows does not show. */
static int
compare_traces(gconstpointer p, gconstpointer q, gpointer user)
{
	const struct traces *traces = user;
	const struct trace *a = p, *b = q;
	const struct raw_reason *ra = reason_of(traces, a), *rb = reason_of(traces, b);
	const int orders[] = {compare_numbers(a->person, b->person),
	    compare_numbers(a->ref, b->ref), compare_numbers(a->cause, b->cause),
	    compare_numbers(ra->source, rb->source), compare_numbers(b->span.until, a->span.until),
	    compare_numbers(a->span.from, b->span.from),
	    g_strcmp0(
		intern_text(traces->texts, ra->record), intern_text(traces->texts, rb->record))};
	for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
		if (orders[i] != 0)
			return orders[i];
	}
	return 0;
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
	g_array_sort_with_data(traces->list, compare_traces, traces);
	return traces->list;
}
