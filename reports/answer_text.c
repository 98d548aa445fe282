/* Can they get in, and what to tell them?  All of it follows from what reconcile/ concluded; only the words are made here. */
#include "reports/answer_text.h"

#include "reports/grid.h"
#include "reports/phrase.h"

#include <string.h>

#define FILES_SHOWN 3

struct page {
	const struct why *why;
	struct clock_face face;
	size_t width;
	GPtrArray *advice; /* of char *: `tell\nadmin`, each once */
	GString *out;
};

/* What to say to the person, and to whoever looks after the configuration; NULL: nothing. */
struct advice {
	const char *tell, *admin;
};

static const struct advice because_advice[BECAUSES] = {
    [BECAUSE_LEFT_OVER] = {"the door still opens; the next run takes this away.",
	"if it is right, set it right in the booking system before the next run."},
    [BECAUSE_SWITCHED_OFF] = {"your access is switched off; please see the manager.",
	"in Kisi, under Users: switch this person on."},
    [BECAUSE_NO_DOOR] = {"the door will not open by itself; somebody lets you in.",
	"make the group in Kisi or correct the rule, then run apply."},
    [BECAUSE_PROTECTED] = {NULL,
	"give it by hand in Kisi: protected people are never changed by this program."},
    [BECAUSE_OTHER_ROLE] = {NULL, "in Kisi: take the person's other role in this group away, "
				  "then run apply."},
    [BECAUSE_REPORT_ONLY] = {NULL,
	"give it by hand in Kisi: this group is only reported on (exclusive = no)."},
    [BECAUSE_HELD_BACK] = {"please wait; somebody has to decide first.", "decide: see plan."},
    [BECAUSE_NO_USER] = {"you are not in Kisi yet.",
	"make the user in Kisi, or set [people] create = managed, then run apply."},
    [BECAUSE_NOT_APPLIED] = {"the next run sets it up.", "run apply now."},
    [BECAUSE_NOT_PLACED] = {NULL, "see the notes of --records."},
    [BECAUSE_OPENED_ONCE] = {"the door is opened once, at the start of the booking.", NULL},
    [BECAUSE_BARRED] = {"please see the manager.",
	"if this is over: take the person out of the blocked list, or set the status right."},
    [BECAUSE_NOTHING] = {"there is no booking or membership of yours for this door.", NULL},
    [BECAUSE_NOT_ENABLED] = {NULL,
	"add the door to enabled_doors of the source, if it should open."},
};

static const struct advice mark_advice[WHY_MARKS] = {
    [WHY_OVER] = {"the booked time is over.", NULL},
    [WHY_UNKNOWN] = {NULL, "correct the status in the booking system, and export again."},
    [WHY_CANCELLED] = {"it was cancelled.", "book it again, if that was a mistake."},
    [WHY_TENTATIVE] = {"it is not confirmed yet.", "confirm it in the booking system."},
    [WHY_NO_SHOW] = {"the booking was released, because nobody came.", NULL},
    [WHY_EXPIRED] = {"the membership has ended.", "renew it in the booking system."},
    [WHY_FROZEN] = {"the membership is frozen.", NULL},
    [WHY_INCOMPLETE] = {NULL, "complete the membership in the booking system."},
    [WHY_UNMAPPED] = {"the door will not open by itself; somebody lets you in.",
	"write a rule for it, then run apply."},
    [WHY_NOT_ENABLED] = {NULL, "add the door to enabled_doors of the source."},
    [WHY_INVITED_ONLY] = {"whoever booked has to let you in.", NULL},
    [WHY_NOT_MEMBER] = {NULL, "set the person's row in the company right."},
    [WHY_REFUSED] = {"please wait; the list of bookings cannot be read.",
	"save the export again: see plan."},
    [WHY_REJECTED] = {"please wait; your row cannot be read.",
	"set the row right in the booking system, and export again."},
    [WHY_REQUESTED] = {"you are not a member of the company yet.",
	"accept the request in the booking system."},
};

/* ---- what the answer is ---- */

/* Whoever has never confirmed the address cannot use what Kisi gives. */
static bool
is_unconfirmed(const struct why *why)
{
	for (guint i = 0; i < why->users->len; i++) {
		if (((const struct kisi_user *)why->users->pdata[i])->confirmed)
			return false;
	}
	return why->users->len > 0;
}

static const char *
answer_word(const struct page *page, const struct why_door *door)
{
	if (door->missing != NULL)
		return "NO";
	if (door->can == WHY_YES)
		return is_unconfirmed(page->why) ? "NO" : "YES";
	return door->can == WHY_WILL || door->because == BECAUSE_NOT_YET ? "NOT YET" : "NO";
}

static char *
record_said(const struct why_record *record)
{
	static const char *const marks[WHY_MARKS] = {
	    [WHY_GIVES] = "gives it",
	    [WHY_LATER] = "gives it later",
	    [WHY_OVER] = "has ended",
	    [WHY_UNKNOWN] = "has a blank or unknown status",
	    [WHY_CANCELLED] = "was cancelled",
	    [WHY_TENTATIVE] = "is not confirmed yet",
	    [WHY_NO_SHOW] = "was released: nobody came",
	    [WHY_VENUE_BLOCK] = "is the venue's own block",
	    [WHY_EXPIRED] = "has ended",
	    [WHY_FROZEN] = "is frozen",
	    [WHY_INCOMPLETE] = "is incomplete",
	    [WHY_UNMAPPED] = "has no rule",
	    [WHY_NOT_ENABLED] = "is for a door that enabled_doors leave out",
	    [WHY_INVITED_ONLY] = "invites them, and invited people do not count here",
	    [WHY_NOT_MEMBER] = "is a company's, and they are not counted as its member",
	    [WHY_SUPERSEDED] = "was replaced by a later row",
	    [WHY_REFUSED] = "is in an export that is refused",
	    [WHY_REJECTED] = "cannot be read",
	    [WHY_BARRED] = "does not count: the person is blocked",
	    [WHY_REQUESTED] = "only asks to join",
	};
	const char *said = marks[record->mark];
	return g_strdup_printf("the %s%s%s%s (%s:%u) %s", record_kind_word(record->kind),
	    record->what != NULL ? " of " : "", record->what != NULL ? record->what : "",
	    record->by_company ? " of the company" : "",
	    record->file != NULL ? record->file : record->source, record->row,
	    said != NULL ? said : "gives nothing for it");
}

/* How Kisi gives it, where not by an assignment of their own. */
static void
append_via(GString *out, const struct why_door *door)
{
	for (guint i = 0; i < door->holds->len; i++) {
		const struct why_hold *hold = door->holds->pdata[i];
		if (strcmp(hold->via, "assignment") != 0 && !hold->off) {
			g_string_append_printf(out, ", by %s", hold->via);
			return;
		}
	}
}

static void
append_distance(GString *out, instant seconds)
{
	if (seconds <= 0 || seconds >= INSTANT_DAY)
		return;
	g_autofree char *age = phrase_age(seconds);
	g_string_append_printf(out, ", in %s", age);
}

static void
append_because(struct page *page, GString *out, const struct why_door *door, const char *span)
{
	static const char *const texts[BECAUSES] = {
	    [BECAUSE_PLACED_THEN] = "%s",
	    [BECAUSE_OPENED] = "the door is opened for everybody at the start, %s",
	    [BECAUSE_SWITCHED_OFF] = "has it (%s), but is switched off in Kisi",
	    [BECAUSE_NO_DOOR] = "%s; but Kisi has no such group, or several",
	    [BECAUSE_PROTECTED] = "%s; but protected people are given access by hand only",
	    [BECAUSE_OTHER_ROLE] = "%s; but another role in this group is in the way",
	    [BECAUSE_REPORT_ONLY] = "%s; but this group is only reported on",
	    [BECAUSE_HELD_BACK] = "%s; but somebody has to decide first",
	    [BECAUSE_NO_USER] = "%s; but the person is not in Kisi",
	    [BECAUSE_NOT_APPLIED] = "%s; but Kisi does not have it yet",
	    [BECAUSE_NOT_PLACED] = "%s; but no run would give it",
	    [BECAUSE_OPENED_ONCE] = "the door is opened once, at the start of %s",
	    [BECAUSE_NOTHING] = "no booking or membership is for it",
	};
	const char *text = texts[door->because];
	const char *gap = text != NULL ? strstr(text, "%s") : NULL;
	if (gap != NULL)
		g_string_append_printf(out, "%.*s%s%s", (int)(gap - text), text, span, gap + 2);
	else if (text != NULL)
		g_string_append(out, text);
	if (door->because == BECAUSE_PLACED_THEN)
		g_string_append(
		    out, door->span.from <= page->why->plan->as_of + page->why->lookahead
			     ? "; the next run sets it up"
			     : "; a run sets it up when it is near");
	if (door->because == BECAUSE_BARRED)
		g_string_append_printf(out, "blocked: %s", page->why->barred);
}

static char *
clause_of(struct page *page, const struct why_door *door)
{
	const struct why *why = page->why;
	GString *out = g_string_new(NULL);
	g_autofree char *span = phrase_span(&page->face, why->at, &door->span);
	g_autofree char *record = door->record != NULL ? record_said(door->record) : NULL;
	switch (door->because) {
	case BECAUSE_HELD:
	case BECAUSE_LEFT_OVER:
		if (is_unconfirmed(why))
			g_string_append(
			    out, "has the right, but never confirmed the e-mail address; ");
		g_string_append(out, strcmp(span, "without end") == 0 ? "always" : span);
		append_via(out, door);
		if (door->because == BECAUSE_LEFT_OVER)
			g_string_append_printf(out, "; %s",
			    record != NULL ? record : "but no booking or membership supports it");
		break;
	case BECAUSE_NOT_YET:
		g_string_append(out, span);
		if (door->missing == NULL)
			append_distance(out, door->span.from - why->at);
		else
			g_string_append(out, ", and the door will not open then, either");
		break;
	case BECAUSE_NOT_ENABLED:
		g_string_append_printf(out,
		    "the %s (%s:%u) is for it, but enabled_doors leave it out",
		    record_kind_word(door->record->kind), door->record->file, door->record->row);
		break;
	case BECAUSE_RECORD:
		g_string_append(out, record != NULL ? record : "a record says no");
		break;
	default:
		append_because(page, out, door, span);
	}
	if (door->missing != NULL)
		g_string_append_printf(out, ": %s", door->missing->text);
	if (door->because == BECAUSE_NOT_APPLIED && door->tried != NULL)
		g_string_append_printf(out, "; the last apply tried, and %s%s%s",
		    door->tried->failed ? "failed" : "nobody knows how it ended",
		    door->tried->answer != NULL ? ": " : "",
		    door->tried->answer != NULL ? door->tried->answer : "");
	if (door->restrictions != NULL && door->can != WHY_NO)
		g_string_append_printf(out, "; restricted in Kisi: %s", door->restrictions);
	return g_string_free(out, FALSE);
}

/* ---- what to do ---- */

static void
advise(struct page *page, const char *tell, const char *admin)
{
	char *both = g_strdup_printf(
	    "%s\n%s", tell != NULL ? tell : "", admin != NULL ? admin : "");
	if (g_ptr_array_find_with_equal_func(page->advice, both, g_str_equal, NULL) ||
	    strcmp(both, "\n") == 0)
		g_free(both);
	else
		g_ptr_array_add(page->advice, both);
}

/* Will the next apply take it away? */
static bool
goes_away(const struct why_door *door)
{
	for (guint i = 0; i < door->changes->len; i++) {
		const struct change *change = door->changes->pdata[i];
		if (change->have_id != 0 && !change->wanted && change->held == GUARD_NONE)
			return true;
	}
	return false;
}

static void
advise_door(struct page *page, const struct why_door *door)
{
	struct advice advice = because_advice[door->because];
	if (door->because == BECAUSE_LEFT_OVER && !goes_away(door))
		advice = (struct advice){NULL, NULL};
	if (door->missing != NULL)
		advice = because_advice[BECAUSE_NO_DOOR];
	if (door->because == BECAUSE_RECORD && door->record != NULL)
		advice = mark_advice[door->record->mark];
	if (door->because == BECAUSE_HELD_BACK && door->verdict != NULL &&
	    door->verdict->hint != NULL)
		advice.admin = door->verdict->hint;
	if (door->missing != NULL && door->missing->hint != NULL)
		advice.admin = door->missing->hint;
	if (door->can == WHY_YES && is_unconfirmed(page->why))
		advice = (struct advice){"open the mail of Kisi and confirm the e-mail address.",
		    "in Kisi, under Users: send the invitation again."};
	if (door->because == BECAUSE_NOT_YET && door->missing == NULL) {
		g_autofree char *when = phrase_when(&page->face, page->why->at, door->span.from);
		g_autofree char *tell = g_strdup_printf("the door opens from %s on.", when);
		advise(page, tell, NULL);
		return;
	}
	advise(page, advice.tell, advice.admin);
}

static void
print_advice(struct page *page)
{
	if (page->advice->len == 0) {
		g_string_append(page->out, "\nNothing to do.\n");
		return;
	}
	g_string_append_c(page->out, '\n');
	for (guint i = 0; i < page->advice->len; i++) {
		g_auto(GStrv) parts = g_strsplit(page->advice->pdata[i], "\n", 2);
		if (*parts[0] != '\0')
			grid_paragraph(
			    page->out, "Tell them:  ", "            ", parts[0], page->width);
		g_auto(GStrv) admin = g_strsplit(parts[1], "\n", -1);
		for (char **line = admin; *line != NULL; line++) {
			if (**line != '\0')
				grid_paragraph(page->out,
				    line == admin ? "Admin:      " : "            ", "            ",
				    *line, page->width);
		}
	}
}

/* ---- the page ---- */

static void
print_person(struct page *page)
{
	const struct why *why = page->why;
	g_autofree char *at = phrase_date(&page->face, why->at);
	g_autofree char *who = why->name != NULL ? g_strdup_printf("%s <%s>", why->name, why->email)
						 : g_strdup(why->email);
	g_autofree char *line = g_strdup_printf("%s, %s (%s)", who, at, zone_name(page->face.zone));
	grid_paragraph(page->out, "", "    ", line, page->width);
	for (guint i = 0; i < why->mismatches->len; i++) {
		const struct mismatch *m = why->mismatches->pdata[i];
		g_autofree char *text = g_strdup_printf(
		    "Perhaps one person under two addresses (%s): %s is in the exports, %s is in "
		    "Kisi.",
		    m->evidence, m->email, m->kisi_email);
		grid_paragraph(page->out, "", "    ", text, page->width);
		g_autofree char *tell = g_strdup_printf(
		    "in the Kisi app, sign in as %s.", m->kisi_email);
		g_autofree char *admin = g_strdup_printf(
		    "if it is one person: %s\nif they are two people: %s", m->same, m->different);
		advise(page, tell, admin);
	}
}

static void
print_doors(struct page *page)
{
	const struct why *why = page->why;
	struct grid *grid = grid_new(3);
	for (guint i = 0; i < why->doors->len; i++) {
		const struct why_door *door = why->doors->pdata[i];
		g_autofree char *clause = clause_of(page, door);
		grid_cell(grid, answer_word(page, door));
		grid_cell(grid, door->name);
		grid_cell(grid, clause);
		advise_door(page, door);
	}
	if (why->doors->len == 0) {
		bool barred = why->barred != NULL;
		const struct why_record *first = why->records->len > 0 ? why->records->pdata[0]
								       : NULL;
		g_autofree char *record = first != NULL ? record_said(first) : NULL;
		grid_cell(grid, "NO");
		grid_cell(grid, "any door");
		grid_cell(grid, barred		 ? why->barred
				: record != NULL ? record
						 : "no export names this address");
		if (barred)
			advise(page, because_advice[BECAUSE_BARRED].tell,
			    because_advice[BECAUSE_BARRED].admin);
		else if (first != NULL)
			advise(page, mark_advice[first->mark].tell, mark_advice[first->mark].admin);
		else
			advise(page, "with which address did you book?", NULL);
	}
	g_string_append_c(page->out, '\n');
	grid_print_within(grid, page->out, "", page->width);
	grid_free(grid);
}

/* Groups are what Kisi gives; people stand before locks. */
static void
print_keys(struct page *page)
{
	const GArray *keys = page->why->keys;
	GString *out = g_string_new(NULL);
	for (guint i = 0; i < keys->len; i++) {
		const struct why_key *key = &g_array_index(keys, struct why_key, i);
		g_string_append_printf(out, "%s%s (by %s)", i > 0 ? ", " : "", key->lock, key->by);
	}
	if (keys->len > 0) {
		g_string_append_c(page->out, '\n');
		grid_paragraph(page->out, "Opens:      ", "            ", out->str, page->width);
	}
	g_string_free(out, TRUE);
}

/* Without an export nobody can say that there is no booking. */
static void
print_refused(struct page *page)
{
	for (guint i = 0; i < page->why->refused->len; i++) {
		const struct verdict *verdict = page->why->refused->pdata[i];
		g_autofree char *text = g_strdup_printf(
		    "The export %s is refused, so bookings in it are not known: %s", verdict->scope,
		    verdict->text);
		grid_paragraph(page->out, "", "    ", text, page->width);
		advise(page, NULL, verdict->hint);
	}
}

static void
print_sources(struct page *page)
{
	const struct why *why = page->why;
	g_autofree char *read = phrase_when(&page->face, why->plan->as_of, why->fetched_at);
	GString *out = g_string_new(NULL);
	for (guint i = 0; i < why->records->len && i < FILES_SHOWN; i++) {
		const struct why_record *record = why->records->pdata[i];
		g_string_append_printf(out, "%s%s:%u", i == 0 ? "From " : ", ",
		    record->file != NULL ? record->file : record->source, record->row);
	}
	if (why->records->len > FILES_SHOWN)
		g_string_append_printf(out, " and %u more", why->records->len - FILES_SHOWN);
	g_string_append_printf(
	    out, "%sKisi as read %s. More: --records", out->len > 0 ? "; " : "", read);
	grid_paragraph(page->out, "", "  ", out->str, page->width);
	g_string_free(out, TRUE);
}

char *
answer_text(const struct why *why, size_t width)
{
	struct page page = {.why = why,
	    .face = clock_face_of(why->plan),
	    .width = width,
	    .advice = g_ptr_array_new_with_free_func(g_free),
	    .out = g_string_new(NULL)};
	print_person(&page);
	print_doors(&page);
	print_keys(&page);
	print_refused(&page);
	print_advice(&page);
	print_sources(&page);
	g_ptr_array_unref(page.advice);
	return g_string_free(page.out, FALSE);
}
