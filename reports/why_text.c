/* Why somebody can get in, or not, for the person who stands beside them. */
#include "reports/why_text.h"

#include "base/email.h"
#include "base/text.h"
#include "reports/grid.h"
#include "reports/phrase.h"

#include <string.h>

#define SPANS 3 /* windows of a door that are shown */

/* Ids longer than this tell a reader nothing that file and row do not tell better. */
#define ID_SHOWN 24

struct page {
	const struct why *why;
	struct clock_face face;
	bool verbose;
	GString *out;
};

static void line(struct page *page, const char *indent, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static void
line(struct page *page, const char *indent, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	grid_lines(page->out, indent, text);
	g_free(text);
}

static void
heading(struct page *page, const char *title, guint count)
{
	g_string_append_printf(page->out, "\n%s (%u)\n", title, count);
}

/* ---- the person ---- */

static void
print_user(struct page *page, const struct kisi_user *user)
{
	const struct why *why = page->why;
	bool same = g_strcmp0(user->person, why->email) == 0;
	line(page, "  ", "in Kisi: user %" G_GINT64_FORMAT "%s%s%s%s", user->id,
	    same ? "" : ", under the address ", same ? "" : user->email,
	    user->access_enabled ? "" : "; ACCESS IS SWITCHED OFF there",
	    user->confirmed ? "" : "; has not confirmed the e-mail address yet");
}

static void
print_person(struct page *page)
{
	const struct why *why = page->why;
	char *at = phrase_instant(&page->face, why->at);
	char *read = phrase_instant(&page->face, why->fetched_at);
	char *asked = email_canonical(why->asked, NULL);
	line(page, "", "%s%s%s%s  at %s (%s)", why->name != NULL ? why->name : "",
	    why->name != NULL ? " <" : "", why->email, why->name != NULL ? ">" : "", at,
	    zone_name(page->face.zone));
	if (asked != NULL && strcmp(asked, why->email) != 0)
		line(page, "  ", "%s is an alias of this address", asked);
	line(page, "  ", "sources as they are now; Kisi as it was read %s", read);
	if (why->at < why->fetched_at)
		line(page, "  ",
		    "what Kisi held at an earlier time is not known here: see the "
		    "workbook of that day");
	if (why->barred != NULL)
		line(page, "  ", "BLOCKED: %s", why->barred);
	if (why->protected)
		line(page, "  ", "protected: this program never changes anything about them");
	for (guint i = 0; i < why->users->len; i++)
		print_user(page, why->users->pdata[i]);
	if (why->users->len == 0)
		line(page, "  ", "in Kisi: nobody has this address");
	for (guint i = 0; i < why->mismatches->len; i++) {
		const struct mismatch *m = why->mismatches->pdata[i];
		line(page, "  ",
		    "perhaps the same person: %s booked, %s is in Kisi (%s)\n"
		    "hint: if it is one person: %s\n"
		    "if they are two people: %s",
		    m->email, m->kisi_email, m->evidence, m->same, m->different);
	}
	g_free(asked);
	g_free(read);
	g_free(at);
}

/* ---- records ---- */

/* What a record means, as half a sentence behind "gives nothing: ", or by itself. */
static const char *const mark_texts[WHY_MARKS] = {
    [WHY_OVER] = "its time is over",
    [WHY_UNKNOWN] = "its status is blank or a word that the profile does not know",
    [WHY_CANCELLED] = "it was cancelled",
    [WHY_TENTATIVE] = "it is not confirmed yet",
    [WHY_NO_SHOW] = "it was released: nobody came",
    [WHY_VENUE_BLOCK] = "it is the venue's own block, nobody's booking",
    [WHY_EXPIRED] = "it has run out",
    [WHY_FROZEN] = "it is frozen",
    [WHY_INCOMPLETE] = "it is incomplete",
    [WHY_UNMAPPED] = "no rule names it",
    [WHY_NOT_ENABLED] = "the source's enabled_doors leave out what its rule opens",
    [WHY_INVITED_ONLY] = "invited people do not count here (attendees or guests = no)",
    [WHY_NOT_MEMBER] = "the row that puts the person into the company does not count",
    [WHY_SUPERSEDED] = "a later row or event with the same id counts",
    [WHY_REPEATED] = "another row says the same",
    [WHY_EVENT] = "it tells no times; it ends what its id gave before",
    [WHY_BARRED] = "the person is blocked or deleted",
    [WHY_PERSON] = "says who the person is; gives nothing by itself",
    [WHY_BARS] = "takes all access from the person",
    [WHY_REQUESTED] = "only asked to join: not in the company yet",
};

/* Half a sentence.  Caller frees. */
static char *
mark_text(const struct page *page, const struct why_record *record)
{
	const char *text = mark_texts[record->mark];
	if (record->mark == WHY_REFUSED)
		return g_strdup_printf("the source is refused: %s", record->reason);
	if (record->mark == WHY_REJECTED)
		return g_strdup_printf("the row cannot be read: %s", record->reason);
	if (record->kind == RECORD_PERSON && record->mark == WHY_UNKNOWN)
		return g_strdup(
		    "its status is a word that the profile does not know; it bars nobody");
	if (record->mark == WHY_FROZEN && record->from != 0 && record->from != INSTANT_NEVER) {
		char *until = phrase_instant(&page->face, record->from);
		char *all = g_strdup_printf("%s until %s", text, until);
		g_free(until);
		return all;
	}
	return g_strdup(text);
}

static char *
record_text(const struct why_record *record)
{
	GString *out = g_string_new(record_kind_word(record->kind));
	if (record->id != NULL && g_utf8_strlen(record->id, -1) <= ID_SHOWN)
		g_string_append_printf(out, " %s", record->id);
	g_string_append_printf(
	    out, " (%s:%u)", record->file != NULL ? record->file : record->source, record->row);
	return g_string_free(out, FALSE);
}

static void
print_given(struct page *page, const struct why_record *record)
{
	bool barred = record->mark == WHY_BARRED;
	for (guint i = 0; i < record->given->len; i++) {
		const struct why_given *given = &g_array_index(record->given, struct why_given, i);
		char *span = phrase_interval(&page->face, &given->span);
		bool now = given->span.from <= page->why->at && page->why->at < given->span.until;
		line(page, "      ", "%s \"%s\"%s%s%s%s, %s",
		    barred				 ? "would give"
		    : now				 ? "gives"
		    : given->span.until <= page->why->at ? "gave"
							 : "will give",
		    given->door, given->rule != NULL ? " by rule " : ", which the data names",
		    given->rule != NULL ? given->rule : "",
		    given->method != METHOD_GROUP ? " as " : "",
		    given->method != METHOD_GROUP ? method_word(given->method) : "", span);
		g_free(span);
	}
}

static void
print_record(struct page *page, const struct why_record *record)
{
	char *name = record_text(record);
	GString *out = g_string_new(name);
	if (record->mark != WHY_REJECTED)
		g_string_append_printf(out, ", %s", record_status_word(record->status));
	if (record->what != NULL)
		g_string_append_printf(out, ", %s", record->what);
	if (record->company != NULL)
		g_string_append_printf(out, ", company %s", record->company);
	if (record->mark != WHY_REJECTED && record->kind != RECORD_PERSON) {
		char *span = phrase_interval(&page->face, &record->span);
		g_string_append_printf(out, ", %s", span);
		g_free(span);
	}
	if (record->invited)
		g_string_append(out, ", as invited");
	if (record->by_company)
		g_string_append(out, ", as one of the company");
	line(page, "  ", "%s", out->str);
	char *why = mark_text(page, record);
	if (why != NULL)
		line(page, "      ", "%s%s",
		    record->kind == RECORD_PERSON && record->mark != WHY_REFUSED
			? ""
			: "gives nothing: ",
		    why);
	print_given(page, record);
	g_free(why);
	g_string_free(out, TRUE);
	g_free(name);
}

static void
print_records(struct page *page)
{
	const struct why *why = page->why;
	heading(page, "WHAT THE SOURCES SAY", why->records->len);
	for (guint i = 0; i < why->records->len; i++)
		print_record(page, why->records->pdata[i]);
	if (why->records->len == 0)
		line(page, "  ", "nothing: no record names this address");
	if (why->older > 0)
		line(page, "  ", "%u older booking%s, long over, left out", why->older,
		    why->older == 1 ? "" : "s");
	if (why->company != NULL)
		line(page, "  ", "no membership of the company \"%s\" is in any source",
		    why->company);
	for (guint i = 0; i < why->refused->len; i++) {
		const struct verdict *verdict = why->refused->pdata[i];
		line(page, "  ", "source %s is REFUSED, so it gives nothing: %s%s%s",
		    verdict->scope, verdict->text, verdict->hint != NULL ? "\nhint: " : "",
		    verdict->hint != NULL ? verdict->hint : "");
	}
}

/* ---- doors ---- */

static void
print_spans(struct page *page, const struct why_door *door)
{
	guint shown = 0, left = 0;
	for (guint i = 0; i < door->spans->len; i++) {
		const struct interval *span = &g_array_index(door->spans, struct interval, i);
		if (!page->verbose && (span->until <= page->why->at || shown == SPANS)) {
			left += span->until > page->why->at;
			continue;
		}
		char *text = phrase_interval(&page->face, span);
		line(page, "      ", "entitled: %s%s", text,
		    span->until <= page->why->at ? " (over)" : "");
		g_free(text);
		shown++;
	}
	if (shown == 0 && door->managed)
		line(page, "      ", "entitled: %s",
		    door->spans->len > 0 ? "no more: see the records above" : "no");
	if (left > 0)
		line(page, "      ", "entitled: ... and %u more times (-v)", left);
	if (!door->managed)
		line(page, "      ", "not managed here: no rule names it");
}

static void
print_holds(struct page *page, const struct why_door *door)
{
	for (guint i = 0; i < door->holds->len; i++) {
		const struct why_hold *hold = door->holds->pdata[i];
		char *text = phrase_interval(&page->face, &hold->span);
		line(page, "      ", "in Kisi: %s, %s%s", hold->via, text,
		    hold->off ? ", switched off" : "");
		g_free(text);
	}
	if (door->missing != NULL)
		line(page, "      ", "in Kisi: %s%s%s", door->missing->text,
		    door->missing->hint != NULL ? "\nhint: " : "",
		    door->missing->hint != NULL ? door->missing->hint : "");
	else if (door->holds->len == 0 && door->method != METHOD_UNLOCK)
		line(page, "      ", "in Kisi: nothing");
	if (door->restrictions != NULL)
		line(page, "      ", "restricted in Kisi: %s", door->restrictions);
}

static void
print_changes(struct page *page, const struct why_door *door)
{
	for (guint i = 0; i < door->changes->len; i++) {
		const struct change *change = door->changes->pdata[i];
		char *why = phrase_why(change), *span = NULL;
		if (change->wanted)
			span = phrase_interval(&page->face, &change->want);
		line(page, "      ", "a run now: %s%s%s, %s (%s)%s%s",
		    action_word(change_action(change, page->why->plan->as_of)),
		    span != NULL ? " " : "", span != NULL ? span : "", cause_word(change->cause),
		    why, change->held != GUARD_NONE ? ", HELD by " : "",
		    change->held != GUARD_NONE ? guard_word(change->held) : "");
		g_free(span);
		g_free(why);
	}
	if (door->verdict != NULL)
		line(page, "      ", "%s: %s%s%s", guard_word(door->verdict->guard),
		    door->verdict->text, door->verdict->hint != NULL ? "\nhint: " : "",
		    door->verdict->hint != NULL ? door->verdict->hint : "");
}

/* What the last apply could not do, and what to do about it. */
static void
print_tried(struct page *page, const struct tried_change *tried)
{
	char *at = phrase_instant(&page->face, tried->at);
	if (tried->failed)
		line(page, "      ",
		    "run %s tried, %s: %s FAILED%s%s\nhint: the next apply tries again; `history "
		    "%s` shows what was sent and answered",
		    tried->run, at, tried->action, tried->answer != NULL ? ": " : "",
		    tried->answer != NULL ? tried->answer : "", tried->run);
	else
		line(page, "      ",
		    "run %s tried, %s: %s, and NOBODY KNOWS what became of it%s%s\nhint: the next "
		    "apply reads Kisi and settles it",
		    tried->run, at, tried->action, tried->answer != NULL ? ": " : "",
		    tried->answer != NULL ? tried->answer : "");
	g_free(at);
}

static void
print_doors(struct page *page)
{
	const GPtrArray *doors = page->why->doors;
	heading(page, "DOORS", doors->len);
	for (guint i = 0; i < doors->len; i++) {
		const struct why_door *door = doors->pdata[i];
		line(page, "  ", "%s \"%s\"%s%s", door->lock ? "lock" : "group", door->name,
		    door->method != METHOD_GROUP ? " by " : "",
		    door->method != METHOD_GROUP ? method_word(door->method) : "");
		print_spans(page, door);
		print_holds(page, door);
		print_changes(page, door);
		if (door->tried != NULL)
			print_tried(page, door->tried);
	}
	if (doors->len == 0)
		line(page, "  ", "none: nothing is about a door, and Kisi has no access of theirs");
}

static void
print_findings(struct page *page)
{
	const GPtrArray *findings = page->why->findings;
	if (findings->len == 0)
		return;
	heading(page, "LOOK AT", findings->len);
	for (guint i = 0; i < findings->len; i++) {
		const struct finding *finding = findings->pdata[i];
		line(page, "  ", "%s%s%s%s: %s", finding_word(finding->kind),
		    finding->group != NULL ? " (" : "",
		    finding->group != NULL ? finding->group : "", finding->group != NULL ? ")" : "",
		    finding->text);
	}
}

/* Groups are what Kisi gives; people stand before locks. */
static void
print_keys(struct page *page)
{
	const GArray *keys = page->why->keys;
	if (keys->len == 0)
		return;
	heading(page, "OPENS", keys->len);
	for (guint i = 0; i < keys->len; i++) {
		const struct why_key *key = &g_array_index(keys, struct why_key, i);
		line(page, "  ", "%s, by %s", key->lock, key->by);
	}
}

/* ---- the answers ---- */

static const char *const because_texts[BECAUSES] = {
    [BECAUSE_HELD] = "Kisi has it, %s",
    [BECAUSE_LEFT_OVER] = "Kisi still has it, %s, though nothing entitles it",
    [BECAUSE_PLACED_THEN] =
	"entitled then, %s: a run places it when it begins within the lookahead",
    [BECAUSE_OPENED] = "`unlock-due` opens the door for everybody at the start, %s",
    [BECAUSE_SWITCHED_OFF] = "Kisi has it, %s, but it is switched off there",
    [BECAUSE_NO_DOOR] = "entitled, %s, but Kisi has no such door: see above",
    [BECAUSE_PROTECTED] = "entitled, %s, but protected: given by hand only",
    [BECAUSE_OTHER_ROLE] = "entitled, %s, but another role in the group is in the way",
    [BECAUSE_REPORT_ONLY] = "entitled, %s, but the group is only reported on (exclusive = no)",
    [BECAUSE_HELD_BACK] = "entitled, %s, but a guard holds it back",
    [BECAUSE_NO_USER] = "entitled, %s, but no user of Kisi, and [people] create = no",
    [BECAUSE_NOT_APPLIED] = "entitled, %s, but Kisi does not have it yet: run `apply`",
    [BECAUSE_NOT_PLACED] = "entitled, %s, but no run would give it: see above",
    [BECAUSE_OPENED_ONCE] = "the door is opened once for everybody, at the start of %s",
    [BECAUSE_BARRED] = "the person is blocked or deleted",
    [BECAUSE_NOT_YET] = "entitled only later: %s",
    [BECAUSE_NOTHING] = "no record of theirs is about it",
};

/* The sentence with the time it is about put in. */
static char *
with_span(const char *sentence, const char *span)
{
	const char *gap = strstr(sentence, "%s");
	return gap == NULL ? g_strdup(sentence)
			   : g_strdup_printf("%.*s%s%s", (int)(gap - sentence), sentence, span,
				 gap + strlen("%s"));
}

static char *
because_text(const struct page *page, const struct why_door *door)
{
	char *span = phrase_interval(&page->face, &door->span);
	if (door->because == BECAUSE_RECORD) {
		char *name = record_text(door->record), *mark = mark_text(page, door->record);
		char *text = g_strdup_printf("%s: %s", name, mark != NULL ? mark : "see above");
		g_free(mark);
		g_free(name);
		g_free(span);
		return text;
	}
	if (door->because == BECAUSE_NOT_ENABLED) {
		g_autofree char *name = record_text(door->record);
		g_free(span);
		return g_strdup_printf(
		    "%s leads to it, and enabled_doors of its source leave it out", name);
	}
	GString *out = g_string_new(NULL);
	char *sentence = with_span(because_texts[door->because], span);
	g_string_append(out, sentence);
	if (door->because == BECAUSE_HELD_BACK && door->verdict != NULL)
		g_string_append_printf(out, " (%s)", guard_word(door->verdict->guard));
	if (door->because == BECAUSE_BARRED)
		g_string_append_printf(out, ": %s", page->why->barred);
	if (door->because == BECAUSE_NOT_YET && door->method == METHOD_GROUP &&
	    door->span.from > page->why->plan->as_of + page->why->lookahead) {
		char *placed = phrase_instant(&page->face, door->span.from - page->why->lookahead);
		g_string_append_printf(out, "; a run places it from %s on", placed);
		g_free(placed);
	}
	if (door->because == BECAUSE_LEFT_OVER && door->record != NULL) {
		char *name = record_text(door->record), *mark = mark_text(page, door->record);
		g_string_append_printf(
		    out, " (%s%s%s)", name, mark != NULL ? ": " : "", mark != NULL ? mark : "");
		g_free(mark);
		g_free(name);
	}
	if (door->because == BECAUSE_NOT_APPLIED && door->tried != NULL)
		g_string_append(out, door->tried->failed
					 ? "; the last apply tried, and failed: see above"
					 : "; the last apply tried, and nobody knows how it ended");
	if (door->can == WHY_YES && door->restrictions != NULL)
		g_string_append(out, "; but mind the restrictions");
	g_free(sentence);
	g_free(span);
	return g_string_free(out, FALSE);
}

/* Nothing of theirs leads to a door: the best of what is known. */
static char *
nothing_text(const struct page *page)
{
	const struct why *why = page->why;
	const struct why_record *best = NULL;
	for (guint i = 0; i < why->records->len; i++) {
		const struct why_record *record = why->records->pdata[i];
		if (best == NULL || best->kind == RECORD_PERSON)
			best = record;
	}
	if (why->barred != NULL)
		return g_strdup_printf("the person is blocked or deleted: %s", why->barred);
	if (best == NULL && why->mismatches->len > 0)
		return g_strdup("the booking is under another address");
	if (best == NULL && why->refused->len > 0)
		return g_strdup("no record names this address, and a source is refused");
	if (best == NULL)
		return g_strdup(why->older > 0 ? "all their bookings are long over"
					       : "no record in any source names this address");
	if (best->kind == RECORD_PERSON && best->mark == WHY_PERSON)
		return g_strdup_printf("known, but without a booking or membership%s",
		    why->company != NULL ? ", and their company has none, either" : "");
	char *name = record_text(best), *mark = mark_text(page, best);
	char *text = g_strdup_printf("%s: %s", name, mark != NULL ? mark : "see above");
	g_free(mark);
	g_free(name);
	return text;
}

static void
print_answers(struct page *page)
{
	static const char *const words[] = {
	    [WHY_NO] = "no", [WHY_YES] = "yes", [WHY_WILL] = "not yet"};
	const struct why *why = page->why;
	char *at = phrase_instant(&page->face, why->at);
	char *when = why->at == why->plan->as_of ? g_strdup("now") : g_strdup_printf("at %s", at);
	if (page->out->len > 0)
		g_string_append_c(page->out, '\n');
	for (guint i = 0; i < why->doors->len; i++) {
		const struct why_door *door = why->doors->pdata[i];
		char *because = because_text(page, door);
		line(page, "", "can open %s %s: %s, because %s", door->name, when, words[door->can],
		    because);
		g_free(because);
	}
	if (why->doors->len == 0) {
		char *because = nothing_text(page);
		line(page, "", "can open any door %s: no, because %s", when, because);
		g_free(because);
	}
	g_free(when);
	g_free(at);
}

char *
why_text(const struct why *why, bool verbose, bool quiet)
{
	struct page page = {why, clock_face_of(why->plan), verbose, g_string_new(NULL)};
	if (!quiet) {
		print_person(&page);
		print_records(&page);
		print_doors(&page);
		print_keys(&page);
		print_findings(&page);
	}
	print_answers(&page);
	return g_string_free(page.out, FALSE);
}
