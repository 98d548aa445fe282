/* What one export file is, as far as it shows. */
#include "model/description.h"

#include "base/text.h"

enum date_answer
date_evidence_answer(const struct date_evidence *e)
{
	if (e->day_first > 0 && e->month_first > 0)
		return DATES_BOTH;
	if (e->day_first > 0)
		return DATES_DAY_FIRST;
	if (e->month_first > 0)
		return DATES_MONTH_FIRST;
	return e->either > 0 ? DATES_EITHER : DATES_NONE;
}

const char *
date_answer_word(enum date_answer answer)
{
	return answer == DATES_DAY_FIRST ? "DMY" : answer == DATES_MONTH_FIRST ? "MDY" : NULL;
}

static void
take_example(char **to, const char *from)
{
	if (*to == NULL)
		*to = g_strdup(from);
}

void
date_evidence_add(struct date_evidence *e, const struct date_evidence *from)
{
	e->day_first += from->day_first;
	e->month_first += from->month_first;
	e->either += from->either;
	take_example(&e->day_example, from->day_example);
	take_example(&e->month_example, from->month_example);
	take_example(&e->either_example, from->either_example);
}

void
date_evidence_done(struct date_evidence *e)
{
	g_free(e->day_example);
	g_free(e->month_example);
	g_free(e->either_example);
	*e = (struct date_evidence){0};
}

static void
word_free(gpointer p)
{
	struct described_word *word = p;
	g_free(word->text);
	g_free(word);
}

static void
address_free(gpointer p)
{
	struct bad_address *address = p;
	g_free(address->text);
	g_free(address);
}

static void
reject_free(gpointer p)
{
	struct described_reject *reject = p;
	g_free(reject->reason);
	g_free(reject);
}

struct described_column *
described_column_new(const char *name)
{
	struct described_column *column = g_new0(struct described_column, 1);
	char *line = g_strdelimit(g_strdup(name), "\r\n\t", ' ');
	column->name = text_printable(line);
	g_free(line);
	column->bad_addresses = g_ptr_array_new_with_free_func(address_free);
	column->words = g_ptr_array_new_with_free_func(word_free);
	return column;
}

static void
column_free(gpointer p)
{
	struct described_column *column = p;
	g_free(column->name);
	g_free(column->fields);
	g_free(column->unread_example);
	for (size_t i = 0; i < EXAMPLES; i++)
		g_free(column->examples[i]);
	date_evidence_done(&column->dates);
	g_ptr_array_unref(column->bad_addresses);
	if (column->words != NULL)
		g_ptr_array_unref(column->words);
	g_free(column);
}

void
described_profile_free(struct described_profile *profile)
{
	if (profile == NULL)
		return;
	g_free(profile->name);
	g_free(profile->title);
	g_free(profile->refusal);
	g_free(profile);
}

static void
profile_free_cb(gpointer p)
{
	described_profile_free(p);
}

struct description *
description_new(const char *name)
{
	struct description *d = g_new0(struct description, 1);
	d->name = text_printable(name);
	d->columns = g_ptr_array_new_with_free_func(column_free);
	d->profiles = g_ptr_array_new_with_free_func(profile_free_cb);
	d->kind_said = d->other_kind = RECORD_KINDS;
	d->rejects = g_ptr_array_new_with_free_func(reject_free);
	d->from = INSTANT_NEVER;
	d->until = INSTANT_ALWAYS;
	return d;
}

void
description_free(struct description *d)
{
	if (d == NULL)
		return;
	g_free(d->name);
	g_free(d->lists);
	g_free(d->fault);
	g_free(d->missing);
	g_free(d->proposal);
	date_evidence_done(&d->dates);
	g_ptr_array_unref(d->columns);
	g_ptr_array_unref(d->profiles);
	g_ptr_array_unref(d->rejects);
	g_free(d->path);
	g_free(d->overlooked);
	described_profile_free(d->nearest);
	described_profile_free(d->proposed);
	g_free(d);
}

const struct described_profile *
description_best(const struct description *d)
{
	return d->profiles->len > 0 ? d->profiles->pdata[0] : NULL;
}
