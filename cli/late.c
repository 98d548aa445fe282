/* When an apply should have run, and did not. */
#include "cli/late.h"

instant
late_due(const struct config *config, const struct run_last *good)
{
	return good->as_of + config->schedule.run_every + config->schedule.slack;
}

static char *
span_text(instant seconds)
{
	static const struct {
		instant from, unit;
		const char *word;
	} units[] = {{2 * INSTANT_DAY, INSTANT_DAY, "d"}, {INSTANT_HOUR, INSTANT_HOUR, "h"},
	    {INSTANT_MINUTE, INSTANT_MINUTE, "min"}};
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		if (seconds >= units[i].from)
			return g_strdup_printf(
			    "%" G_GINT64_FORMAT " %s", seconds / units[i].unit, units[i].word);
	}
	return g_strdup_printf("%" G_GINT64_FORMAT " s", MAX(seconds, 0));
}

char *
late_ago(instant seconds)
{
	g_autofree char *span = span_text(seconds);
	return g_strdup_printf("%s ago", span);
}

char *
late_text(const struct config *config, const struct run_last *good, instant now)
{
	g_autofree char *ago = late_ago(now - good->as_of);
	g_autofree char *every = span_text(config->schedule.run_every);
	return g_strdup_printf("last good run %s; run_every is %s", ago, every);
}
