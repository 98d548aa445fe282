/* What goes on, for somebody who waits. */
#include "cli/progress.h"

#include "base/instant.h"
#include "cli/options.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BAR 28			     /* columns of the bar */
#define OFTEN (G_USEC_PER_SEC / 5)   /* between two lines on a terminal */
#define SELDOM (60 * G_USEC_PER_SEC) /* elsewhere */

static struct {
	const char *what; /* NULL: no phase */
	int64_t began, shown;
	size_t done, all;
	bool silent, said;
} phase;

void
progress_silence(void)
{
	phase.silent = true;
}

void
progress_begin(const char *what)
{
	bool silent = phase.silent;
	memset(&phase, 0, sizeof phase);
	phase.what = what;
	phase.began = g_get_monotonic_time();
	phase.silent = silent;
}

/* `  19 of 40  4/s  5 s left`; nothing without a count. */
static void
append_rate(GString *out, int64_t elapsed)
{
	double seconds = (double)elapsed / G_USEC_PER_SEC;
	if (phase.all == 0 || phase.done == 0 || seconds <= 0)
		return;
	double rate = (double)phase.done / seconds;
	g_string_append_printf(out, "  %zu of %zu  %.3g/s", phase.done, phase.all, rate);
	if (phase.done < phase.all)
		g_string_append_printf(
		    out, "  %.0f s left", (double)(phase.all - phase.done) / rate);
}

static void
append_bar(GString *out)
{
	if (phase.all == 0)
		return;
	size_t full = phase.done * BAR / phase.all;
	g_string_append(out, "  [");
	for (size_t i = 0; i < BAR; i++)
		g_string_append_c(out, i < full ? '#' : '.');
	g_string_append_c(out, ']');
}

static void
show(int64_t elapsed, bool end)
{
	bool terminal = isatty(STDERR_FILENO);
	g_autoptr(GString) out = g_string_new(NULL);
	char at[INSTANT_TEXT];
	if (terminal)
		g_string_append_printf(out, "\r%s", phase.what);
	else
		g_string_append_printf(
		    out, "kisi-reconcile: %s %s", instant_format(options_clock(), at), phase.what);
	if (terminal && !end)
		append_bar(out);
	append_rate(out, elapsed);
	if (end || phase.all == 0)
		g_string_append_printf(out, "%s  %" G_GINT64_FORMAT " s", end ? "  done," : "",
		    elapsed / G_USEC_PER_SEC);
	if (terminal)
		g_string_append(out, "\x1b[K");
	fprintf(stderr, "%s%s", out->str, end || !terminal ? "\n" : "");
	phase.shown = g_get_monotonic_time();
	phase.said = true;
}

bool
progress_tick(void)
{
	if (phase.what == NULL || phase.silent)
		return false;
	int64_t now = g_get_monotonic_time();
	if (now - phase.began >= G_USEC_PER_SEC &&
	    (!phase.said || now - phase.shown >= (isatty(STDERR_FILENO) ? OFTEN : SELDOM)))
		show(now - phase.began, false);
	return false;
}

void
progress_count(size_t done, size_t all)
{
	phase.done = done;
	phase.all = all;
	progress_tick();
}

void
progress_end(void)
{
	int64_t elapsed = g_get_monotonic_time() - phase.began;
	if (phase.what != NULL && !phase.silent && (phase.said || elapsed >= G_USEC_PER_SEC))
		show(elapsed, true);
	phase.what = NULL;
}
