/* A first configuration as text. */
#include "reports/starter.h"

#include "base/text.h"

#include <string.h>

struct page {
	const struct starter *starter;
	GString *out;
	GHashTable *sections; /* names of rule sections used so far */
	GHashTable *groups;   /* set of ids that rules or the data name */
};

/* ---- small things ---- */

/* Append a line; what the format puts in is made harmless, so that it stays on it. */
static void line(struct page *page, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
line(struct page *page, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *text = g_strdup_vprintf(format, arguments), *shown = text_printable(text);
	va_end(arguments);
	g_string_append_printf(page->out, "%s\n", shown);
	g_free(shown);
	g_free(text);
}

static void
blank(struct page *page)
{
	g_string_append_c(page->out, '\n');
}

/* Can the text stand behind `=` and come back as it is? */
static bool
fits_a_line(const char *text)
{
	char *shown = text_printable(text), *copy = g_strdup(text);
	bool fits = strcmp(shown, text) == 0 && strcmp(g_strstrip(copy), text) == 0 &&
		    *text != '\0';
	g_free(shown);
	g_free(copy);
	return fits;
}

/* `Meeting Room 1` becomes `meeting-room-1`, and `meeting-room-1-2` the second time.  Owned by the page. */
static const char *
section_name(struct page *page, const char *text)
{
	GString *slug = g_string_new(NULL);
	char *key = text_key(text);
	for (const char *p = key; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (g_unichar_isalnum(c))
			g_string_append_unichar(slug, c);
		else if (slug->len > 0 && slug->str[slug->len - 1] != '-')
			g_string_append_c(slug, '-');
	}
	if (slug->len > 0 && slug->str[slug->len - 1] == '-')
		g_string_truncate(slug, slug->len - 1);
	if (slug->len == 0)
		g_string_append(slug, "rule");
	gsize length = slug->len;
	for (unsigned n = 2; g_hash_table_contains(page->sections, slug->str); n++) {
		g_string_truncate(slug, length);
		g_string_append_printf(slug, "-%u", n);
	}
	g_free(key);
	char *name = g_string_free(slug, FALSE);
	g_hash_table_add(page->sections, name);
	return name;
}

/* ---- Kisi ---- */

static void
write_head(struct page *page)
{
	const struct snapshot *snapshot = page->starter->snapshot;
	line(page, "# A first configuration for %s, made from its exports and its groups in Kisi.",
	    snapshot->organization != NULL ? snapshot->organization : "this organisation");
	line(page, "# READ EVERY LINE: rules decide who gets in, and these were suggested by names "
		   "alone.");
	line(page, "# What is not sure stands behind a #.  Then:");
	line(page, "#");
	line(page, "#   kisi-reconcile -c THIS_FILE check     is everything there?");
	line(page, "#   kisi-reconcile -c THIS_FILE plan      what would it do?");
}

static guint
groups_of_place(const struct snapshot *snapshot, int64_t id)
{
	guint count = 0;
	for (guint i = 0; i < snapshot->groups->len; i++)
		count += g_array_index(snapshot->groups, struct kisi_group, i).place_id == id;
	return count;
}

static bool
unique_place(const struct snapshot *snapshot, const char *name)
{
	guint count = 0;
	for (guint i = 0; i < snapshot->places->len; i++)
		count += text_same(
		    g_array_index(snapshot->places, struct kisi_place, i).name, name);
	return count == 1 && fits_a_line(name) && !text_digits(name);
}

static void
write_places(struct page *page)
{
	const struct snapshot *snapshot = page->starter->snapshot;
	const char *mark = page->starter->place_id != 0 ? "" : "# ";
	if (snapshot->places->len > 1)
		line(page,
		    "# With one of its %u places set, groups of the others are never touched.",
		    snapshot->places->len);
	for (guint i = 0; i < snapshot->places->len; i++) {
		const struct kisi_place *place = &g_array_index(
		    snapshot->places, struct kisi_place, i);
		guint groups = groups_of_place(snapshot, place->id);
		line(page, "# %s: %u group%s, %s", place->name, groups, groups == 1 ? "" : "s",
		    place->time_zone != NULL ? place->time_zone : "no time zone");
		if (unique_place(snapshot, place->name))
			line(page, "%splace        = %s", mark, place->name);
		else
			line(page, "%splace        = %" G_GINT64_FORMAT, mark, place->id);
	}
}

static void
write_kisi(struct page *page)
{
	const struct starter *starter = page->starter;
	line(page, "[kisi]");
	if (starter->base_url != NULL)
		line(page, "base_url     = %s", starter->base_url);
	if (starter->api_key_file != NULL)
		line(page, "api_key_file = %s", starter->api_key_file);
	else
		line(page, "# api_key_file = /etc/kisi-reconcile/api.key");
	write_places(page);
}

static void
write_people(struct page *page)
{
	line(page, "[people]");
	line(page, "# Managers, owners and administrators are never changed.  Others whom staff "
		   "let in by hand:");
	line(page, "# protected    = caretaker@example.org; neighbour@example.org");
	line(page, "# Further addresses of the same person, as CSV alias,email:");
	line(page, "# aliases_file = aliases.csv");
}

/* ---- sources ---- */

/* The zones of the places, each once. */
static void
offer_zones(struct page *page)
{
	const GArray *places = page->starter->snapshot->places;
	GHashTable *said = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < places->len; i++) {
		const char *zone = g_array_index(places, struct kisi_place, i).time_zone;
		if (zone != NULL && g_hash_table_add(said, (gpointer)zone))
			line(page, "# timezone = %s", zone);
	}
	if (g_hash_table_size(said) == 0)
		line(page, "# timezone = Europe/Amsterdam");
	g_hash_table_unref(said);
}

static void
write_zone(struct page *page, const struct starter_source *source)
{
	if (!source->local_times)
		return;
	if (source->zone != NULL) {
		line(page, "# Its times are local.  This zone is a guess: %s.", source->zone_why);
		line(page, "timezone = %s", source->zone);
		return;
	}
	line(page, "# Its times are local, and nothing says where.  Until a zone is set its rows "
		   "are rejected.");
	offer_zones(page);
}

static void
write_dates(struct page *page, const struct starter_source *source)
{
	if (source->assumed_order != NULL) {
		line(page,
		    "# Its dates have two readings, day or month first; the profile takes them as "
		    "%s.  Else:",
		    source->assumed_order);
		line(page, "# date_order = %s",
		    strcmp(source->assumed_order, "MDY") == 0 ? "DMY" : "MDY");
	}
	if (!source->ambiguous_dates)
		return;
	line(page, "# Day or month first?  %s",
	    source->date_order != NULL ? "The dates themselves say this."
				       : "Nothing in the file decides it: DMY or MDY.");
	line(page, "%sdate_order = %s", source->date_order != NULL ? "" : "# ",
	    source->date_order != NULL ? source->date_order : "DMY");
}

static void
write_source(struct page *page, const struct starter_source *source)
{
	blank(page);
	if (source->profile == NULL) {
		line(page, "# No profile reads %s; `kisi-reconcile describe` says what it is.",
		    source->file);
		return;
	}
	line(page, "[source %s]", source->name);
	line(page, "# %s: %" G_GUINT64_FORMAT " row%s, %" G_GUINT64_FORMAT " rejected%s",
	    source->title != NULL ? source->title : source->profile, source->rows,
	    source->rows == 1 ? "" : "s", source->rejected,
	    source->rejected > 0 ? "; `kisi-reconcile describe` says why" : "");
	line(page, "profile  = %s", source->profile);
	line(page, "file     = %s", source->file);
	if (source->log) {
		line(page,
		    "# A log of events: which source is the full export that it stands beside?");
		line(page, "# log_of   = NAME");
	}
	write_zone(page, source);
	write_dates(page, source);
}

static void
write_sources(struct page *page)
{
	line(page, "# ---- what is imported ----");
	line(page, "# A file may be a glob, for exports with a date in their names: "
		   "exports/bookings-*.csv.");
	for (guint i = 0; i < page->starter->sources->len; i++)
		write_source(page, page->starter->sources->pdata[i]);
}

/* ---- rules ---- */

static const char *
kind_word(const struct starter_rule *rule)
{
	return rule->kind == RULE_RESOURCE ? "resource" : "plan";
}

/* Until somebody decides, whom staff let in by hand stays in. */
static void
write_unnamed_people(struct page *page, const struct starter_group *group, const char *mark)
{
	if (group == NULL || group->unnamed == 0)
		return;
	line(page, "# %u of its people in Kisi %s it by no export.  `ours` lets them stay;",
	    group->unnamed, group->unnamed == 1 ? "has" : "have");
	line(page, "# `yes`, or no such line, takes them out at the first apply.");
	line(page, "%sexclusive = ours", mark);
}

static const struct starter_group *
candidate(const struct starter_rule *rule, guint i)
{
	return i < rule->candidates->len ? &g_array_index(rule->candidates, struct starter_group, i)
					 : NULL;
}

static void
write_rule(struct page *page, const struct starter_rule *rule, const char *mark, const char *word,
    const char *door)
{
	line(page, "%s[rule %s]", mark, section_name(page, rule->key));
	line(page, "%s%-8s = %s", mark, kind_word(rule), rule->key);
	if (rule->location != NULL)
		line(page, "%slocation = %s", mark, rule->location);
	line(page, "%s%-8s = %s", mark, word, door);
	if (strcmp(word, "group") == 0 && strcmp(door, "?") != 0)
		write_unnamed_people(page, candidate(rule, 0), mark);
}

static bool
can_be_active(const struct starter_rule *rule)
{
	return (rule->clear || rule->lock_clear) && rule->group == NULL && fits_a_line(rule->key) &&
	       strcmp(rule->key, "*") != 0 &&
	       (rule->location == NULL ||
		   (fits_a_line(rule->location) && strcmp(rule->location, "*") != 0));
}

static char *
door_text(const char *name, int64_t id)
{
	/* A name of digits alone would be taken for an id. */
	if (fits_a_line(name) && !text_digits(name))
		return g_strdup(name);
	return g_strdup_printf("%" G_GINT64_FORMAT, id);
}

static void
write_active(struct page *page)
{
	line(page, "# ---- who gets what ----");
	line(page, "# Each of these has the name of exactly one group, or of one lock that has a "
		   "group of its own.");
	line(page, "# Is it the right one?");
	for (guint i = 0; i < page->starter->rules->len; i++) {
		const struct starter_rule *rule = page->starter->rules->pdata[i];
		if (!can_be_active(rule))
			continue;
		bool group = rule->clear;
		char *door = group ? door_text(candidate(rule, 0)->name, candidate(rule, 0)->id)
				   : door_text(rule->lock->name, rule->lock->id);
		blank(page);
		write_rule(page, rule, "", group ? "group" : "lock", door);
		g_free(door);
	}
}

static void
write_open_rule(struct page *page, const struct starter_rule *rule)
{
	blank(page);
	line(page, "# %s \"%s\": %" G_GUINT64_FORMAT " record%s%s", kind_word(rule), rule->key,
	    rule->records, rule->records == 1 ? "" : "s",
	    rule->namesakes ? "; its name stands for something elsewhere, too" : "");
	for (guint i = 0; i < rule->candidates->len; i++) {
		const struct starter_group *group = candidate(rule, i);
		line(page, "#   perhaps %" G_GINT64_FORMAT " %s (%s)", group->id, group->name,
		    group->place != NULL ? group->place : "the organisation's");
	}
	if (rule->lock != NULL)
		line(page,
		    "#   perhaps the lock %" G_GINT64_FORMAT
		    " %s, as `lock = %s`, once one group in Kisi opens it and no other",
		    rule->lock->id, rule->lock->name, rule->lock->name);
	char *first = rule->candidates->len > 0
			  ? g_strdup_printf("%" G_GINT64_FORMAT, candidate(rule, 0)->id)
			  : g_strdup("?");
	write_rule(page, rule, "# ", "group", rule->candidates->len == 1 ? first : "?");
	g_free(first);
}

static void
write_open(struct page *page)
{
	bool headed = false;
	for (guint i = 0; i < page->starter->rules->len; i++) {
		const struct starter_rule *rule = page->starter->rules->pdata[i];
		if (rule->group != NULL || can_be_active(rule))
			continue;
		if (!headed)
			line(page, "# ---- to be decided: these open nothing yet ----");
		headed = true;
		write_open_rule(page, rule);
	}
}

/* The group that a text of the data means: an id, or a name; NULL when Kisi has none. */
static const struct kisi_group *
named_group(const struct page *page, const char *text)
{
	const struct snapshot *snapshot = page->starter->snapshot;
	int64_t id;
	if (text_digits(text) && text_number(text, 1, INT64_MAX, &id))
		return snapshot_group(snapshot, id);
	for (guint i = 0; i < snapshot->groups->len; i++) {
		const struct kisi_group *group = &g_array_index(
		    snapshot->groups, struct kisi_group, i);
		if (text_same(group->name, text))
			return group;
	}
	return NULL;
}

static void
write_by_data(struct page *page)
{
	bool headed = false;
	for (guint i = 0; i < page->starter->rules->len; i++) {
		const struct starter_rule *rule = page->starter->rules->pdata[i];
		if (rule->group == NULL)
			continue;
		if (!headed)
			line(page, "# ---- the export itself names a group for these: a rule would "
				   "only add to it "
				   "----");
		headed = true;
		const struct kisi_group *group = named_group(page, rule->group);
		line(page, "#   %s \"%s\": %s%s%s", kind_word(rule), rule->key, rule->group,
		    group != NULL ? " " : ", which Kisi does not have",
		    group != NULL && !text_same(group->name, rule->group) ? group->name : "");
	}
}

/* ---- groups ---- */

static void
note_groups(struct page *page)
{
	for (guint i = 0; i < page->starter->rules->len; i++) {
		const struct starter_rule *rule = page->starter->rules->pdata[i];
		const struct kisi_group *named = rule->group != NULL
						     ? named_group(page, rule->group)
						     : NULL;
		if (named != NULL)
			g_hash_table_add(page->groups, g_memdup2(&named->id, sizeof(int64_t)));
		if (can_be_active(rule) && rule->clear)
			g_hash_table_add(
			    page->groups, g_memdup2(&candidate(rule, 0)->id, sizeof(int64_t)));
	}
}

static void
write_unnamed(struct page *page)
{
	const GArray *groups = page->starter->snapshot->groups;
	bool headed = false;
	note_groups(page);
	for (guint i = 0; i < groups->len; i++) {
		const struct kisi_group *group = &g_array_index(groups, struct kisi_group, i);
		if (g_hash_table_contains(page->groups, &group->id))
			continue;
		if (!headed)
			line(page, "# ---- groups that nothing above names: left as they are ----");
		headed = true;
		line(page, "#   %" G_GINT64_FORMAT " %s", group->id, group->name);
	}
}

/* ---- what is there by hand ---- */

/* RFC 3339; "" for an open side.  Caller frees. */
static char *
side_text(instant t)
{
	char buffer[INSTANT_TEXT];
	bool open = t == INSTANT_ALWAYS || t == INSTANT_NEVER;
	return g_strdup(open ? "" : instant_format(t, buffer));
}

static void
write_hand_row(struct page *page, const struct starter_hand *hand)
{
	g_autofree char *from = side_text(hand->valid.from), *until = side_text(hand->valid.until);
	line(page, "#   %s: %s%s%s%s%s", hand->email, hand->group, *from != '\0' ? ", from " : "",
	    from, *until != '\0' ? ", until " : "", until);
}

static void
write_protected(struct page *page)
{
	GString *list = g_string_new(NULL);
	const char *last = "";
	for (guint i = 0; i < page->starter->by_hand->len; i++) {
		const char *email =
		    g_array_index(page->starter->by_hand, struct starter_hand, i).email;
		if (strcmp(email, last) != 0)
			g_string_append_printf(list, "%s%s", list->len > 0 ? "; " : "", email);
		last = email;
	}
	line(page, "# [people]");
	line(page, "# protected = %s", list->str);
	g_string_free(list, TRUE);
}

/* So that the first apply takes nothing by surprise. */
static void
write_by_hand(struct page *page)
{
	const struct starter *starter = page->starter;
	guint n = starter->by_hand != NULL ? starter->by_hand->len : 0;
	if (n == 0)
		return;
	line(page, "# ---- access that somebody gave by hand ----");
	line(page,
	    "# In the groups above Kisi has %u access%s that no export gives.  An apply would take "
	    "%s,",
	    n, n == 1 ? "" : "es", n == 1 ? "it" : "them");
	line(page, "# but for those in groups whose rule says `exclusive = ours`.  Choose:");
	line(page, "#");
	line(page,
	    "# 1. Keep them as a list of your own.  Take the # away, edit the file, and take "
	    "`ours` away:");
	line(page, "# [source by-hand]");
	line(page, "# profile  = generic-grants");
	line(page, "# file     = %s",
	    starter->grants_file != NULL ? starter->grants_file : "grants.csv");
	line(page, "# max_age  = 3650d");
	line(page, "#");
	line(page, "# 2. Never change anything about these people (the line belongs into [people] "
		   "above):");
	write_protected(page);
	line(page, "#");
	line(page, "# 3. Do nothing: what `ours` does not keep is taken by the first apply.");
	if (starter->grants_file != NULL)
		return;
	for (guint i = 0; i < n; i++)
		write_hand_row(page, &g_array_index(starter->by_hand, struct starter_hand, i));
}

static bool
opens(const struct snapshot *snapshot, int64_t group_id, int64_t lock_id)
{
	for (guint i = 0; i < snapshot->group_locks->len; i++) {
		const struct kisi_group_lock *one = &g_array_index(
		    snapshot->group_locks, struct kisi_group_lock, i);
		if (one->group_id == group_id && one->lock_id == lock_id)
			return true;
	}
	return false;
}

static void
write_locks(struct page *page)
{
	const struct snapshot *snapshot = page->starter->snapshot;
	if (snapshot->locks->len > 0)
		line(page, "# ---- all locks, and the groups that open them ----");
	for (guint i = 0; i < snapshot->locks->len; i++) {
		const struct kisi_lock *lock = &g_array_index(snapshot->locks, struct kisi_lock, i);
		GString *names = g_string_new(NULL);
		for (guint j = 0; j < snapshot->groups->len; j++) {
			const struct kisi_group *group = &g_array_index(
			    snapshot->groups, struct kisi_group, j);
			if (opens(snapshot, group->id, lock->id))
				g_string_append_printf(
				    names, "%s%s", names->len > 0 ? "; " : "", group->name);
		}
		line(page, "#   %" G_GINT64_FORMAT " %s: %s", lock->id, lock->name,
		    names->len > 0 ? names->str : "no group");
		g_string_free(names, TRUE);
	}
}

/* In quotes; what a spreadsheet would take for a formula is guarded. */
static void
add_cell(GString *out, const char *text)
{
	g_string_append_c(out, '"');
	if (*text != '\0' && strchr("=+-@", *text) != NULL)
		g_string_append_c(out, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			g_string_append_c(out, '"');
		g_string_append_c(out, *text);
	}
	g_string_append_c(out, '"');
}

char *
starter_grants(const struct starter *starter)
{
	GString *out = g_string_new("grant_id,email,group,start,end,note\n");
	for (guint i = 0; i < starter->by_hand->len; i++) {
		const struct starter_hand *hand = &g_array_index(
		    starter->by_hand, struct starter_hand, i);
		g_autofree char *from = side_text(hand->valid.from),
				*until = side_text(hand->valid.until),
				*note = g_strdup_printf("%s%s%s",
				    hand->name != NULL ? hand->name : "",
				    hand->name != NULL ? ", " : "", hand->group),
				*shown = text_printable(note);
		g_string_append_printf(out, "hand-%u,", i + 1);
		add_cell(out, hand->email);
		g_string_append_printf(
		    out, ",%" G_GINT64_FORMAT ",%s,%s,", hand->group_id, from, until);
		add_cell(out, shown);
		g_string_append_c(out, '\n');
	}
	return g_string_free(out, FALSE);
}

char *
starter_text(const struct starter *starter)
{
	struct page page = {.starter = starter,
	    .out = g_string_new(NULL),
	    .sections = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	    .groups = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL)};
	void (*const parts[])(struct page * page) = {write_head, write_kisi, write_people,
	    write_sources, write_active, write_open, write_by_data, write_by_hand, write_unnamed,
	    write_locks};
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		gsize before = page.out->len;
		parts[i](&page);
		/* Parts are parted by one blank line; one that says nothing leaves none. */
		if (page.out->len > before && !g_str_has_suffix(page.out->str, "\n\n"))
			g_string_append_c(page.out, '\n');
	}
	g_string_truncate(page.out, page.out->len - 1);
	g_hash_table_unref(page.sections);
	g_hash_table_unref(page.groups);
	return g_string_free(page.out, FALSE);
}
