/* Reading `[fetch]` of a profile. */
#include "base/ini.h"
#include "base/text.h"
#include "importers/language.h"

#include <string.h>

#define RATE_MAX 1000.0

/* `{now}`, `{now+2d}`, `{now-31d}`; false for everything else. */
static bool
parse_moment(const char *text, instant *offset)
{
	size_t length = strlen(text);
	if (!g_str_has_prefix(text, "{now") || text[length - 1] != '}')
		return false;
	char *rest = g_strndup(text + strlen("{now"), length - strlen("{now}"));
	instant distance = 0;
	bool good = *rest == '\0' ||
		    ((*rest == '+' || *rest == '-') && instant_parse_duration(rest + 1, &distance));
	*offset = *rest == '-' ? -distance : distance;
	g_free(rest);
	return good;
}

/* `name=value` */
static void
parameter_read(struct fetch_rules *rules, const struct ini *ini, const char *text, GError **error)
{
	const char *equals = strchr(text, '=');
	struct fetch_parameter parameter = {0};
	if (equals == NULL || equals == text) {
		ini_fail(ini, "fetch", "query", "query = status=confirmed&limit=100", error,
		    "not a parameter: \"%s\"", text);
		return;
	}
	if (equals[1] != '{')
		parameter.value = g_strdup(equals + 1);
	else if (!parse_moment(equals + 1, &parameter.offset))
		ini_fail(ini, "fetch", "query", "{now}, {now+2d} or {now-31d}", error,
		    "not a moment: \"%s\"", equals + 1);
	parameter.name = g_strndup(text, (gsize)(equals - text));
	rules->query = g_renew(struct fetch_parameter, rules->query, rules->n_query + 1);
	rules->query[rules->n_query++] = parameter;
}

void
fetch_rules_read(struct profile *profile, struct ini *ini, GError **error)
{
	struct fetch_rules *rules = &profile->fetch;
	const char *query = ini_text(ini, "fetch", "query", "");
	const char *rate = ini_text(ini, "fetch", "rate", NULL);
	char **parameters = g_strsplit(query, "&", -1);
	for (char **text = parameters; *text != NULL; text++)
		parameter_read(rules, ini, *text, error);
	g_strfreev(parameters);
	rules->next = g_strdup(ini_text(ini, "fetch", "next", NULL));
	rules->next_parameter = g_strdup(ini_text(ini, "fetch", "next_parameter", NULL));
	if ((rules->next == NULL) != (rules->next_parameter == NULL))
		ini_fail(ini, "fetch", "next", NULL, error, "next and next_parameter go together");
	if (rate != NULL &&
	    (!text_decimal(rate, "/s", &rules->rate) || rules->rate <= 0 || rules->rate > RATE_MAX))
		ini_fail(ini, "fetch", "rate", "requests a second: 10/s", error,
		    "not a rate: \"%s\"", rate);
}

void
fetch_rules_done(struct fetch_rules *rules)
{
	for (size_t i = 0; i < rules->n_query; i++) {
		g_free(rules->query[i].name);
		g_free(rules->query[i].value);
	}
	g_free(rules->query);
	g_free(rules->next);
	g_free(rules->next_parameter);
}
