/* What a file is, for programs. */
#include "reports/describe_text.h"

#include "reports/put_json.h"

#define FORMAT_VERSION 1

static struct json_object *
profile_json(const struct described_profile *p)
{
	if (p == NULL)
		return NULL;
	struct json_object *object = json_object_new_object();
	put_text(object, "profile", p->name);
	put_text(object, "kind", record_kind_word(p->kind));
	json_put_boolean(object, "fits", p->fits);
	put_count(object, "rows", p->rows);
	put_count(object, "rejected", p->rejected);
	put_count(object, "columns", p->columns);
	put_text(object, "refusal", p->refusal);
	return object;
}

static struct json_object *
dates_json(const struct date_evidence *e)
{
	static const char *const answers[] = {[DATES_NONE] = "none",
	    [DATES_DAY_FIRST] = "DMY",
	    [DATES_MONTH_FIRST] = "MDY",
	    [DATES_EITHER] = "ambiguous",
	    [DATES_BOTH] = "contradictory"};
	struct json_object *object = json_object_new_object();
	put_text(object, "order", answers[date_evidence_answer(e)]);
	put_count(object, "day_first", e->day_first);
	put_count(object, "month_first", e->month_first);
	put_count(object, "either", e->either);
	put_text(object, "example",
	    e->day_first > 0	 ? e->day_example
	    : e->month_first > 0 ? e->month_example
				 : e->either_example);
	return object;
}

static struct json_object *
times_json(const struct described_column *c)
{
	static const char *const shapes[] = {[TIME_INSTANT] = "instant",
	    [TIME_LOCAL] = "local",
	    [TIME_DATE] = "date",
	    [TIME_CLOCK] = "time of day"};
	if (c->holds != HOLDS_TIMES)
		return NULL;
	struct json_object *object = json_object_new_object();
	struct json_object *formats = json_object_new_array(), *examples = json_object_new_array();
	json_object_array_add(formats, json_object_new_string(c->format));
	if (c->other_format != NULL)
		json_object_array_add(formats, json_object_new_string(c->other_format));
	for (size_t i = 0; i < EXAMPLES && c->examples[i] != NULL; i++)
		json_object_array_add(examples, json_object_new_string(c->examples[i]));
	json_object_object_add(object, "formats", formats);
	put_text(object, "shape", shapes[c->shape]);
	json_object_object_add(object, "examples", examples);
	put_count(object, "unread", c->unread);
	json_object_object_add(object, "dates", dates_json(&c->dates));
	return object;
}

static struct json_object *
words_json(const struct described_column *c)
{
	if (!c->listed || c->words == NULL || c->holds == HOLDS_TIMES)
		return NULL;
	struct json_object *list = json_object_new_array();
	for (guint i = 0; i < c->words->len; i++) {
		const struct described_word *word = c->words->pdata[i];
		struct json_object *object = json_object_new_object();
		put_text(object, "word", word->text);
		put_count(object, "count", word->count);
		if (c->status)
			put_text(object, "means", word->meaning);
		json_object_array_add(list, object);
	}
	return list;
}

static struct json_object *
addresses_json(const struct described_column *c)
{
	if (c->holds != HOLDS_ADDRESSES)
		return NULL;
	struct json_object *object = json_object_new_object();
	struct json_object *list = json_object_new_array();
	for (guint i = 0; i < c->bad_addresses->len; i++) {
		const struct bad_address *address = c->bad_addresses->pdata[i];
		struct json_object *one = json_object_new_object();
		put_text(one, "text", address->text);
		put_text(one, "why", address->why);
		json_object_array_add(list, one);
	}
	put_count(object, "bad", c->bad);
	json_object_object_add(object, "examples", list);
	return object;
}

static struct json_object *
column_json(const struct described_column *c)
{
	static const char *const holds[] = {[HOLDS_NOTHING] = "nothing",
	    [HOLDS_ADDRESSES] = "addresses",
	    [HOLDS_TIMES] = "times",
	    [HOLDS_NUMBERS] = "numbers",
	    [HOLDS_WORDS] = "words",
	    [HOLDS_TEXTS] = "texts"};
	struct json_object *object = json_object_new_object();
	put_text(object, "name", c->name);
	put_text(object, "fields", c->fields);
	put_text(object, "suggested", c->suggested);
	json_put_boolean(object, "matched", c->fields != NULL || c->in_rules || c->ignored);
	put_count(object, "filled", c->filled);
	put_text(object, "holds", holds[c->holds]);
	json_object_object_add(object, "times", times_json(c));
	json_object_object_add(object, "addresses", addresses_json(c));
	json_object_object_add(object, "words", words_json(c));
	return object;
}

static struct json_object *
source_json(const struct description *d)
{
	struct json_object *object = json_object_new_object();
	bool known = !d->needs_order || d->order != NULL;
	json_put_instant(
	    object, "from", known && d->from != INSTANT_NEVER ? d->from : INSTANT_ALWAYS);
	json_put_instant(
	    object, "until", known && d->until != INSTANT_ALWAYS ? d->until : INSTANT_NEVER);
	put_text(object, "timezone", d->zone);
	json_put_boolean(object, "needs_timezone", d->needs_zone);
	put_text(object, "date_order", d->order);
	json_put_boolean(object, "needs_date_order", d->needs_order);
	return object;
}

static void
put_lists(struct json_object *object, const struct description *d)
{
	struct json_object *columns = json_object_new_array(), *profiles = json_object_new_array(),
			   *rejects = json_object_new_array();
	for (guint i = 0; i < d->profiles->len; i++)
		json_object_array_add(profiles, profile_json(d->profiles->pdata[i]));
	for (guint i = 0; i < d->columns->len; i++)
		json_object_array_add(columns, column_json(d->columns->pdata[i]));
	for (guint i = 0; i < d->rejects->len; i++) {
		const struct described_reject *reject = d->rejects->pdata[i];
		struct json_object *one = json_object_new_object();
		json_put_integer(one, "row", reject->row);
		put_text(one, "reason", reject->reason);
		json_object_array_add(rejects, one);
	}
	json_object_object_add(object, "profiles", profiles);
	json_object_object_add(object, "columns", columns);
	json_object_object_add(object, "rejects", rejects);
}

char *
describe_json(const struct description *d)
{
	const char delimiter[2] = {d->delimiter, '\0'};
	struct json_object *object = json_object_new_object();
	json_put_integer(object, "format_version", FORMAT_VERSION);
	put_text(object, "file", d->name);
	put_text(object, "source", d->source);
	json_put_integer(object, "bytes", d->bytes);
	put_text(object, "encoding", d->encoding);
	put_text(object, "format", d->format);
	put_text(object, "delimiter", d->delimiter != '\0' ? delimiter : NULL);
	if (d->header_row > 0)
		json_put_integer(object, "header_row", d->header_row);
	put_text(object, "records", d->lists);
	put_count(object, "rows", d->rows);
	put_text(object, "fault", d->fault);
	json_object_object_add(object, "nearest", profile_json(d->nearest));
	json_object_object_add(object, "proposed", profile_json(d->proposed));
	json_object_object_add(object, "dates", dates_json(&d->dates));
	json_object_object_add(object, "span", source_json(d));
	put_lists(object, d);
	char *text = g_strconcat(
	    json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY), "\n", NULL);
	json_object_put(object);
	return text;
}
