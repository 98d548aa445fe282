/*
 * What a column looks like.  Every reading is done by the importers' own readers (when.c, email.c); here only votes
 * are counted.  A date that can be read in two ways is evidence of nothing.
 */
#include "importers/guess.h"

#include "base/email.h"
#include "base/text.h"
#include "importers/when.h"

#include <string.h>

#define WORDS_MAX 300 /* different texts remembered */
#define WORDS_FEW 60  /* at most so many are a vocabulary */
#define WORD_MAX 80   /* longest of them, in bytes */
#define SHOWN_MAX 40  /* characters of an example */
#define PROBATION                                                                                  \
	200 /* values after which a column without a single time or address is asked no more */
#define TIME_MAX 64 /* longest text that is tried as a time, in bytes */

/* Formats of times that exports use, in the words of a profile; the first that fits is taken. */
static const struct {
	const char *text;
	bool number; /* also any number: only where the header speaks of time */
} candidates[] = {
    {"rfc3339", false},
    {"local", false},
    {"date", false},
    {"%Y%m%dT%H%M%S%z", false},
    {"%Y%m%dT%H%M%S", false},
    {"%x %T", false},
    {"%x %r", false},
    {"%x", false},
    {"%x, %T", false},
    {"%x, %r", false},
    {"%Y/%m/%d %T", false},
    {"%Y/%m/%d", false},
    {"%Y.%m.%d %T", false},
    {"%Y.%m.%d", false},
    {"%d %b %Y %T", false},
    {"%d %b %Y %r", false},
    {"%d %b %Y, %T", false},
    {"%d %b %Y, %r", false},
    {"%d %b %Y", false},
    {"%d-%b-%y %T", false},
    {"%d-%b-%y %r", false},
    {"%d-%b-%y", false},
    {"%b %d, %Y %T", false},
    {"%b %d, %Y %r", false},
    {"%b %d, %Y, %T", false},
    {"%b %d, %Y, %r", false},
    {"%b %d, %Y", false},
    {"%a %d %b %Y %T", false},
    {"%a %d %b %Y %r", false},
    {"%a %d %b %Y", false},
    {"%a, %d %b %Y %T", false},
    {"%a, %d %b %Y", false},
    {"%a, %b %d, %Y %T", false},
    {"%a, %b %d, %Y %r", false},
    {"%a, %b %d, %Y, %T", false},
    {"%a, %b %d, %Y, %r", false},
    {"%a, %b %d, %Y", false},
    {"%a %x %T", false},
    {"%a %x %r", false},
    {"%a %x", false},
    {"%r", false},
    {"%T", false},
    {"unix", true},
    {"unix_ms", true},
    {"ticks", true},
    {"excel", true},
    {"%Y%m%d", true},
};

#define FORMATS G_N_ELEMENTS(candidates)

struct guess {
	bool speaks_of_time;
	uint64_t filled, numbers;
	char *examples[EXAMPLES];
	/* addresses */
	uint64_t addresses, broken; /* broken: with an @, and yet none */
	bool lists;
	GPtrArray *broken_ones, *strangers; /* strangers: without an @ */
	/* times */
	struct when_formats *formats[FORMATS];
	uint64_t reads[FORMATS], times;
	enum when_shape shapes[FORMATS];
	bool local;	  /* some time or date was not an instant */
	size_t favourite; /* that read the last time */
	struct date_evidence dates;
	char *unread;
	/* words */
	GHashTable *words; /* char * -> uint64_t *; NULL: too many */
};

static bool
name_speaks_of_time(const char *name)
{
	static const char *const parts[] = {
	    "date", "time", "start", "end", "begin", "from", "until", "expir", "joined", NULL};
	char *key = text_header_key(name);
	bool speaks = false;
	for (size_t i = 0; parts[i] != NULL && !speaks; i++)
		speaks = strstr(key, parts[i]) != NULL;
	g_free(key);
	return speaks;
}

static void
address_free(gpointer p)
{
	struct bad_address *address = p;
	g_free(address->text);
	g_free(address);
}

struct guess *
guess_new(const char *name)
{
	struct guess *g = g_new0(struct guess, 1);
	g->speaks_of_time = name_speaks_of_time(name);
	g->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g->broken_ones = g_ptr_array_new_with_free_func(address_free);
	g->strangers = g_ptr_array_new_with_free_func(address_free);
	return g;
}

void
guess_free(struct guess *g)
{
	if (g == NULL)
		return;
	for (size_t i = 0; i < FORMATS; i++)
		when_formats_free(g->formats[i]);
	for (size_t i = 0; i < EXAMPLES; i++)
		g_free(g->examples[i]);
	g_clear_pointer(&g->words, g_hash_table_unref);
	g_ptr_array_unref(g->broken_ones);
	g_ptr_array_unref(g->strangers);
	date_evidence_done(&g->dates);
	g_free(g->unread);
	g_free(g);
}

/* Fit for a line, and no longer than an example may be.  Caller frees. */
static char *
shorten(const char *text)
{
	char *shown = text_printable(text);
	if (g_utf8_strlen(shown, -1) > SHOWN_MAX)
		memcpy(g_utf8_offset_to_pointer(shown, SHOWN_MAX - 3), "...", 4);
	return shown;
}

/* ---- addresses ---- */

static void
keep_address(GPtrArray *list, const char *text, const char *why)
{
	if (list->len == BAD_ADDRESSES)
		return;
	struct bad_address *address = g_new0(struct bad_address, 1);
	address->text = shorten(text);
	address->why = why;
	g_ptr_array_add(list, address);
}

/* Several addresses in one cell; one that is none is kept by itself.  Says whether all are good. */
static bool
vote_list(struct guess *g, const char *text)
{
	char **pieces = g_strsplit_set(text, ";,|\n", -1);
	bool good = true;
	for (char **piece = pieces; *piece != NULL; piece++) {
		const char *why = NULL;
		char *canonical = text_blank(*piece) ? NULL : email_canonical(*piece, &why);
		good = good && why == NULL;
		if (why != NULL)
			keep_address(g->broken_ones, g_strstrip(*piece), why);
		g_free(canonical);
	}
	g_strfreev(pieces);
	return good;
}

static void
vote_address(struct guess *g, const char *value)
{
	const char *why = NULL;
	if (strchr(value, '@') == NULL) {
		keep_address(g->strangers, value, "no @ in it");
		return;
	}
	char *canonical = email_canonical(value, &why);
	bool good = canonical != NULL;
	g_free(canonical);
	if (!good && strpbrk(value, ";,|\n") != NULL) {
		g->lists = true;
		good = vote_list(g, value);
	} else if (!good) {
		keep_address(g->broken_ones, value, why);
	}
	g->addresses += good;
	g->broken += !good;
}

/* ---- times ---- */

static void
keep_example(char **to, const char *value)
{
	if (*to == NULL)
		*to = shorten(value);
}

/* Does the date have one reading, and which? */
static void
weigh_order(struct guess *g, const struct when_formats *formats, const char *value)
{
	struct when when;
	bool day_first = when_read(formats, ORDER_DMY, value, &when) == WHEN_READ;
	bool month_first = when_read(formats, ORDER_MDY, value, &when) == WHEN_READ;
	if (day_first && month_first) {
		g->dates.either++;
		keep_example(&g->dates.either_example, value);
	} else if (day_first) {
		g->dates.day_first++;
		keep_example(&g->dates.day_example, value);
	} else {
		g->dates.month_first++;
		keep_example(&g->dates.month_example, value);
	}
}

static struct when_formats *
candidate(struct guess *g, size_t i)
{
	const char *const list[] = {candidates[i].text, NULL};
	char *fault;
	if (g->formats[i] == NULL)
		g->formats[i] = when_formats_new(list, false, &fault);
	g_assert(g->formats[i] != NULL);
	return g->formats[i];
}

static bool
try_format(struct guess *g, size_t i, const char *value)
{
	struct when when;
	struct when_formats *formats = candidate(g, i);
	if (when_read(formats, ORDER_DMY, value, &when) != WHEN_READ &&
	    when_read(formats, ORDER_MDY, value, &when) != WHEN_READ)
		return false;
	if (when_formats_ordered(formats))
		weigh_order(g, formats, value);
	g->shapes[i] = when.shape;
	g->local = g->local || when.shape != WHEN_INSTANT;
	g->reads[i]++;
	g->times++;
	g->favourite = i;
	return true;
}

static void
vote_time(struct guess *g, const char *value, bool number)
{
	if (g->filled > PROBATION && g->times * 20 < g->filled)
		return;
	bool tried = strlen(value) <= TIME_MAX && strpbrk(value, "0123456789") != NULL;
	if (tried && g->times > 0 && try_format(g, g->favourite, value))
		return;
	for (size_t i = 0; tried && i < FORMATS; i++) {
		if (number == candidates[i].number && (!number || g->speaks_of_time) &&
		    try_format(g, i, value))
			return;
	}
	keep_example(&g->unread, value);
}

/* ---- words ---- */

static void
vote_word(struct guess *g, const char *value)
{
	if (g->words == NULL)
		return;
	uint64_t *count = g_hash_table_lookup(g->words, value);
	if (count != NULL) {
		(*count)++;
	} else if (g_hash_table_size(g->words) < WORDS_MAX && strlen(value) <= WORD_MAX) {
		count = g_new(uint64_t, 1);
		*count = 1;
		g_hash_table_insert(g->words, g_strdup(value), count);
	} else {
		g_clear_pointer(&g->words, g_hash_table_unref);
	}
}

/* `12`, `-12.50`, `12,50`; with two dots it is a date. */
static bool
is_number(const char *value)
{
	const char *at = value + (value[0] == '-' || value[0] == '+');
	size_t digits = strspn(at, "0123456789");
	at += digits;
	if (*at == '.' || *at == ',')
		at += 1 + strspn(at + 1, "0123456789");
	return digits > 0 && *at == '\0';
}

static void
keep_different(struct guess *g, const char *value)
{
	char *shown = g->examples[EXAMPLES - 1] == NULL ? shorten(value) : NULL;
	for (size_t i = 0; shown != NULL && i < EXAMPLES; i++) {
		if (g->examples[i] == NULL)
			g->examples[i] = g_steal_pointer(&shown);
		else if (strcmp(g->examples[i], shown) == 0)
			g_clear_pointer(&shown, g_free);
	}
	g_free(shown);
}

void
guess_add(struct guess *g, const char *value)
{
	bool number = is_number(value);
	g->filled++;
	g->numbers += number;
	keep_different(g, value);
	if (g->filled <= PROBATION || g->addresses > 0 || g->broken > 0)
		vote_address(g, value);
	vote_time(g, value, number);
	vote_word(g, value);
}

/* ---- the count ---- */

static int
compare_words(gconstpointer a, gconstpointer b)
{
	const struct described_word *x = *(struct described_word *const *)a;
	const struct described_word *y = *(struct described_word *const *)b;
	return x->count != y->count ? (x->count < y->count ? 1 : -1) : strcmp(x->text, y->text);
}

static void
take_words(const struct guess *g, struct described_column *out)
{
	GHashTableIter iter;
	gpointer text, count;
	if (g->words == NULL) {
		g_clear_pointer(&out->words, g_ptr_array_unref);
		return;
	}
	g_hash_table_iter_init(&iter, g->words);
	while (g_hash_table_iter_next(&iter, &text, &count)) {
		struct described_word *word = g_new0(struct described_word, 1);
		word->text = text_printable(text);
		word->count = *(uint64_t *)count;
		g_ptr_array_add(out->words, word);
	}
	g_ptr_array_sort(out->words, compare_words);
}

static void
take_addresses(struct guess *g, struct described_column *out)
{
	out->holds = HOLDS_ADDRESSES;
	out->lists = g->lists;
	out->bad = g->filled - g->addresses;
	GPtrArray *from[] = {g->broken_ones, g->strangers};
	for (size_t k = 0; k < G_N_ELEMENTS(from); k++) {
		for (guint i = 0; i < from[k]->len && out->bad_addresses->len < BAD_ADDRESSES;
		     i++) {
			const struct bad_address *bad = from[k]->pdata[i];
			struct bad_address *copy = g_new0(struct bad_address, 1);
			*copy = (struct bad_address){g_strdup(bad->text), bad->why};
			g_ptr_array_add(out->bad_addresses, copy);
		}
	}
}

/* The format that read most values after `best`; FORMATS when there is none. */
static size_t
most_read(const struct guess *g, size_t best)
{
	size_t most = FORMATS;
	for (size_t i = 0; i < FORMATS; i++) {
		if (i != best && g->reads[i] > 0 &&
		    (most == FORMATS || g->reads[i] > g->reads[most]))
			most = i;
	}
	return most;
}

static void
take_times(struct guess *g, struct described_column *out)
{
	static const enum time_shape shapes[] = {[WHEN_INSTANT] = TIME_INSTANT,
	    [WHEN_LOCAL] = TIME_LOCAL,
	    [WHEN_DATE] = TIME_DATE,
	    [WHEN_CLOCK] = TIME_CLOCK};
	size_t first = most_read(g, FORMATS), second = most_read(g, first);
	out->holds = HOLDS_TIMES;
	out->format = candidates[first].text;
	out->shape = shapes[g->shapes[first]];
	out->local = g->local;
	if (second < FORMATS)
		out->other_format = candidates[second].text;
	out->unread = g->filled - g->times;
	out->unread_example = out->unread > 0 ? g_steal_pointer(&g->unread) : NULL;
	date_evidence_add(&out->dates, &g->dates);
}

void
guess_conclude(struct guess *g, enum expected expected, struct described_column *out)
{
	out->filled = g->filled;
	memcpy(out->examples, g->examples, sizeof(g->examples));
	memset(g->examples, 0, sizeof(g->examples));
	take_words(g, out);
	bool times = g->times * 2 >= g->filled || (expected == EXPECT_TIMES && g->times > 0);
	bool addresses = g->addresses + g->broken > 0 &&
			 ((g->addresses + g->broken) * 2 >= g->filled ||
			     expected == EXPECT_ADDRESSES);
	if (g->filled == 0)
		out->holds = HOLDS_NOTHING;
	else if (times && expected != EXPECT_TEXTS)
		take_times(g, out);
	else if (addresses && expected != EXPECT_TEXTS)
		take_addresses(g, out);
	else if (g->numbers == g->filled)
		out->holds = HOLDS_NUMBERS;
	else if (out->words != NULL && out->words->len <= WORDS_FEW &&
		 (out->words->len <= 12 || out->words->len * 2 <= g->filled))
		out->holds = HOLDS_WORDS;
	else
		out->holds = HOLDS_TEXTS;
}

const struct date_evidence *
guess_dates(const struct guess *g)
{
	return &g->dates;
}

/* `Ada Moss`: two or three words of letters, each with a capital. */
static bool
looks_like_name(const char *text)
{
	unsigned words = 0;
	bool begins = true;
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == ' ' || c == ',') {
			begins = true;
			continue;
		}
		if (!g_unichar_isalpha(c) && c != '-' && c != '\'' && c != '.')
			return false;
		if (begins && !g_unichar_isupper(c))
			return false;
		words += begins;
		begins = false;
	}
	return words == 2 || words == 3;
}

static bool
looks_like_contact(const char *text)
{
	size_t digits = 0;
	for (const char *p = text; *p != '\0'; p++)
		digits += g_ascii_isdigit(*p);
	return strchr(text, '@') != NULL || digits >= 6;
}

bool
words_are_public(const struct described_column *column)
{
	static const char *const people[] = {"name", "holder", "member", "player", "customer",
	    "user", "booker", "bookedby", "client", "guest", "attendee", "invitee", "participant",
	    "contact", "person", "first", "last", "phone", "mobile", "tel", "mail", "address",
	    "street", "city", "zip", "postcode", "birth", "gender", "note", "comment", "title",
	    "subject", "memo", "description", "summary", "reason", "card", "pin", "code", "key",
	    "token", "tag", "iban", "vat", NULL};
	/* What never comes again is no word but somebody's text. */
	if (column->holds != HOLDS_WORDS || column->words->len == column->filled)
		return false;
	char *key = text_header_key(column->name);
	bool public = true;
	for (size_t i = 0; people[i] != NULL && public; i++)
	public = strstr(key, people[i]) == NULL;
	g_free(key);
	guint names = 0;
	for (guint i = 0; i < column->words->len && public; i++) {
		const struct described_word *word = column->words->pdata[i];
		names += looks_like_name(word->text);
		public = !looks_like_contact(word->text);
	}
	return public && names * 2 < MAX(column->words->len, 2);
}
