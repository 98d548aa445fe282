/* The windows and traces that records gave, from the record to the end of the import. */
#include "reconcile/windows.h"

#include "reconcile/traces.h"

/* A window or trace that every member of a company has; people are put in at the end. */
struct company_entry {
	uint32_t company;
	bool is_trace;
	struct raw_window window; /* person unused */
	enum cause cause;	  /* traces only */
};

struct windows {
	const GArray *reasons;
	GArray *living, *barred; /* of struct raw_window */
	GArray *companies;	 /* of struct company_entry */
	struct traces *traces;
	const GArray *sorted_traces;
};

struct windows *
windows_new(const GArray *reasons, const struct intern *texts)
{
	struct windows *windows = g_new0(struct windows, 1);
	windows->reasons = reasons;
	windows->living = g_array_new(FALSE, FALSE, sizeof(struct raw_window));
	windows->barred = g_array_new(FALSE, FALSE, sizeof(struct raw_window));
	windows->companies = g_array_new(FALSE, FALSE, sizeof(struct company_entry));
	windows->traces = traces_new(reasons, texts);
	return windows;
}

void
windows_free(struct windows *windows)
{
	g_array_unref(windows->living);
	g_array_unref(windows->barred);
	g_array_unref(windows->companies);
	traces_free(windows->traces);
	g_free(windows);
}

void
windows_add(struct windows *windows, const struct holder *holder, const struct raw_window *window)
{
	if (holder->company == INTERN_NONE) {
		struct raw_window own = *window;
		own.person = holder->person;
		g_array_append_val(windows->living, own);
		return;
	}
	struct company_entry entry = {.company = holder->company, .window = *window};
	g_array_append_val(windows->companies, entry);
}

void
windows_explain(struct windows *windows, const struct holder *holder,
    const struct raw_window *window, enum cause cause)
{
	if (holder->company == INTERN_NONE) {
		struct trace trace = {
		    holder->person, window->ref, window->span, window->reason, cause};
		traces_add(windows->traces, &trace);
		return;
	}
	struct company_entry entry = {
	    .company = holder->company, .is_trace = true, .window = *window, .cause = cause};
	g_array_append_val(windows->companies, entry);
}

/* The first window whose reason is not before this one: records come one after another, and so do their reasons. */
static guint
first_window(const GArray *windows, uint32_t reason)
{
	guint low = 0, high = windows->len;
	while (low < high) {
		guint middle = low + (high - low) / 2;
		if (g_array_index(windows, struct raw_window, middle).reason < reason)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void
windows_withdraw(struct windows *windows, struct reason_range former, uint32_t reason)
{
	const GArray *living = windows->living;
	for (guint i = first_window(living, former.first); i < living->len; i++) {
		const struct raw_window *window = &g_array_index(living, struct raw_window, i);
		if (window->reason >= former.first + former.count)
			break;
		struct trace trace = {
		    window->person, window->ref, window->span, reason, CAUSE_CANCELLED};
		traces_add(windows->traces, &trace);
	}
}

static bool
is_dead(const struct windows *windows, const struct raw_window *window)
{
	return g_array_index(windows->reasons, struct raw_reason, window->reason).dead;
}

struct expansion {
	struct windows *windows;
	const struct company_entry *entry;
};

static void
expand_member(void *user, uint32_t person, uint32_t source)
{
	struct expansion *expansion = user;
	const struct company_entry *entry = expansion->entry;
	struct holder holder = {person, INTERN_NONE};
	struct raw_window window = entry->window;
	window.via = source;
	if (entry->is_trace)
		windows_explain(expansion->windows, &holder, &window, entry->cause);
	else
		windows_add(expansion->windows, &holder, &window);
}

static void
expand_companies(struct windows *windows, const struct directory *directory)
{
	for (guint i = 0; i < windows->companies->len; i++) {
		const struct company_entry *entry = &g_array_index(
		    windows->companies, struct company_entry, i);
		struct expansion expansion = {windows, entry};
		if (!is_dead(windows, &entry->window))
			directory_members(directory, entry->company, expand_member, &expansion);
	}
}

void
windows_finish(struct windows *windows, const struct directory *directory, struct persons *persons)
{
	guint n = 0;
	expand_companies(windows, directory);
	for (guint i = 0; i < windows->living->len; i++) {
		struct raw_window window = g_array_index(windows->living, struct raw_window, i);
		if (is_dead(windows, &window))
			continue;
		const struct entitled_person *person = persons_at(persons, window.person);
		if (person->blocked || person->deleted)
			g_array_append_val(windows->barred, window);
		else
			g_array_index(windows->living, struct raw_window, n++) = window;
	}
	g_array_set_size(windows->living, n);
	windows->sorted_traces = traces_finish(windows->traces);
}

const GArray *
windows_living(const struct windows *windows)
{
	return windows->living;
}

const GArray *
windows_barred(const struct windows *windows)
{
	return windows->barred;
}

const GArray *
windows_traces(const struct windows *windows)
{
	return windows->sorted_traces;
}
