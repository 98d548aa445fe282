/* Limits: reading them, writing them, and what they allow. */
#include "model/limit.h"

#include "base/text.h"

#include <math.h>

int64_t
limit_value(const struct limit *limit, int64_t population)
{
	int64_t share = (int64_t)floor(limit->percent * (double)population / 100.0 + 1e-9);
	return MAX(limit->count, share);
}

char *
limit_text(const struct limit *limit)
{
	char percent[G_ASCII_DTOSTR_BUF_SIZE];
	g_ascii_formatd(percent, sizeof percent, "%g", limit->percent);
	if (limit->percent <= 0)
		return g_strdup_printf("%" G_GINT64_FORMAT, limit->count);
	if (limit->count == 0)
		return g_strdup_printf("%s%%", percent);
	return g_strdup_printf("%" G_GINT64_FORMAT " or %s%%", limit->count, percent);
}

bool
limit_parse(const char *text, struct limit *out)
{
	struct limit limit = {0};
	char **parts = g_strsplit(text, " or ", 2);
	bool good = true;
	for (size_t i = 0; good && parts[i] != NULL; i++) {
		const char *part = g_strstrip(parts[i]);
		bool counted = i == 0 && text_number(part, 0, INT32_MAX, &limit.count);
		good = counted ||
		       ((i == 1 || parts[1] == NULL) && text_decimal(part, "%", &limit.percent));
	}
	good = good && parts[0] != NULL;
	g_strfreev(parts);
	if (good)
		*out = limit;
	return good;
}
