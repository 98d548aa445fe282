/* Who will stand before a closed door, or does: the soonest first, and what to do. */
#include "reports/grid.h"
#include "reports/page.h"

#include <string.h>

/* What of Kisi keeps people out who have access. */
static const struct {
	enum finding_kind kind;
	const char *why;
} kept_out[] = {
    {FINDING_SUSPENDED, "switched off in Kisi: switch on under Users"},
    {FINDING_UNCONFIRMED, "e-mail address never confirmed: resend the invitation in Kisi"},
};

/* Of gains that wait the reason is the name of a guard. */
static const char *
plain_why(const char *why)
{
	static const struct {
		enum guard guard;
		const char *said;
	} words[] = {
	    {GUARD_MAX_GRANTS, "waits for a decision: too many new people at once"},
	    {GUARD_REMOVED_TWICE, "waits for a decision: somebody removed it twice in Kisi"},
	    {GUARD_CLOCK, "waits: this machine's clock and Kisi's differ"},
	    {GUARD_HOLD, "waits: the hold file is there"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		if (words[i].guard == guard_of_word(why))
			return words[i].said;
	}
	return why;
}

/* Why a door is closed: of a group that cannot be found WAITING says more. */
static const char *
why_closed(const struct page *page, const struct closed_door *one)
{
	static const struct {
		enum finding_kind kind;
		const char *said;
	} words[] = {
	    {FINDING_MISSING_GROUP, "Kisi has no such group"},
	    {FINDING_AMBIGUOUS_GROUP, "several Kisi groups have this name"},
	    {FINDING_FOREIGN_GROUP, "the Kisi group is in another place"},
	};
	for (guint i = 0; i < page->plan->missing_groups->len; i++) {
		const struct missing_group *missing = page->plan->missing_groups->pdata[i];
		if (g_strcmp0(missing->group, one->door) != 0 ||
		    strcmp(missing->text, one->why) != 0)
			continue;
		for (size_t k = 0; k < G_N_ELEMENTS(words); k++) {
			if (words[k].kind == missing->kind)
				return words[k].said;
		}
	}
	return plain_why(one->why);
}

static bool
same_door(const struct closed_door *a, const struct closed_door *b)
{
	return a->from == b->from && a->unread == b->unread && g_strcmp0(a->door, b->door) == 0 &&
	       strcmp(a->why, b->why) == 0 && !a->unread;
}

static void
closed_row(struct page *page, struct grid *grid, const char *when, const GPtrArray *emails,
    const char *door, const char *why, const char *hint)
{
	g_autofree char *names = people_list(page->people, emails, NAMES_SHOWN);
	grid_cell(grid, when);
	grid_cell(grid, page_is_terminal(page) ? names : emails->pdata[0]);
	grid_cell(grid, door);
	grid_cell(grid, why);
	if (hint != NULL) {
		g_autofree char *note = g_strconcat("Do: ", hint, NULL);
		grid_note(grid, note);
	}
}

/* Those who stand before it at the same time are one row; in a log each of them has a line. */
static GPtrArray *
people_before(const struct page *page, guint first, GHashTable *done)
{
	const GPtrArray *closed = page->plan->closed;
	const struct closed_door *one = closed->pdata[first];
	GPtrArray *emails = g_ptr_array_new();
	for (guint i = first; i < (page_is_terminal(page) ? closed->len : first + 1); i++) {
		const struct closed_door *other = closed->pdata[i];
		if ((i > first && !same_door(one, other)) || !page_concerns(page, other->email))
			continue;
		g_ptr_array_add(emails, (gpointer)other->email);
		g_hash_table_add(done, (gpointer)other);
	}
	return emails;
}

static void
print_doors(struct page *page, struct grid *grid)
{
	const GPtrArray *closed = page->plan->closed;
	g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);
	size_t most = page_is_terminal(page) ? SECTION_ROWS : G_MAXSIZE;
	for (guint i = 0; i < closed->len && grid_rows(grid) < most; i++) {
		const struct closed_door *one = closed->pdata[i];
		if (g_hash_table_contains(done, one))
			continue;
		g_autoptr(GPtrArray) emails = people_before(page, i, done);
		if (emails->len == 0)
			continue;
		bool later = !one->unread && one->from > page->now;
		g_autofree char *when = later ? phrase_when(&page->face, page->now, one->from)
					      : g_strdup("now");
		closed_row(page, grid, when, emails, one->unread ? NULL : one->door,
		    one->unread ? one->why : why_closed(page, one), one->hint);
	}
}

static GPtrArray *
found_out(const struct page *page, enum finding_kind kind)
{
	GPtrArray *emails = g_ptr_array_new();
	for (guint i = 0; i < page->plan->findings->len; i++) {
		const struct finding *finding = page->plan->findings->pdata[i];
		if (finding->kind == kind && finding->email != NULL &&
		    page_concerns(page, finding->email))
			g_ptr_array_add(emails, (gpointer)finding->email);
	}
	return emails;
}

static void
print_kept_out(struct page *page, struct grid *grid)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kept_out); i++) {
		g_autoptr(GPtrArray) emails = found_out(page, kept_out[i].kind);
		if (page_is_terminal(page) && emails->len > 0) {
			closed_row(page, grid, "now", emails, NULL, kept_out[i].why, NULL);
			continue;
		}
		for (guint j = 0; j < emails->len; j++) {
			g_autoptr(GPtrArray) one = g_ptr_array_new();
			g_ptr_array_add(one, emails->pdata[j]);
			closed_row(page, grid, "now", one, NULL, kept_out[i].why, NULL);
		}
	}
}

static guint
count_closed(const struct page *page)
{
	guint count = 0;
	for (guint i = 0; i < page->plan->closed->len; i++)
		count += page_concerns(
		    page, ((const struct closed_door *)page->plan->closed->pdata[i])->email);
	for (size_t i = 0; i < G_N_ELEMENTS(kept_out); i++) {
		g_autoptr(GPtrArray) emails = found_out(page, kept_out[i].kind);
		count += emails->len;
	}
	return count;
}

bool
closed_is_empty(const struct page *page)
{
	return count_closed(page) == 0;
}

void
closed_print(struct page *page)
{
	struct grid *grid = grid_new(4);
	print_doors(page, grid);
	print_kept_out(page, grid);
	if (grid_rows(grid) > 0)
		page_heading(page, "CLOSED DOORS", "(%u) unless somebody acts", count_closed(page));
	page_grid(page, grid, "   ");
}
