/* A run as the workbook looks at it.  Decides the order of rights, and nothing about them. */
#include "reports/view.h"

#include <string.h>

const char *
view_printf(struct view *view, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	return g_string_chunk_insert(view->text, text);
}

const char *
view_name(const struct view *view, const char *email)
{
	const char *name = email != NULL ? g_hash_table_lookup(view->names, email) : NULL;
	return name != NULL ? name : email;
}

struct zone *
view_zone(const struct view *view, int64_t group_id)
{
	const struct group_facts *group = g_hash_table_lookup(view->groups, &group_id);
	return group != NULL && group->zone != NULL ? zone_get(group->zone) : NULL;
}

#define KISI_PAGES "https://web.kisi.io/organization"

const char *
view_user_url(struct view *view, int64_t id)
{
	if (id == 0 || !view->run->links)
		return NULL;
	return view_printf(view, KISI_PAGES "/users/%" G_GINT64_FORMAT, id);
}

const char *
view_group_url(struct view *view, int64_t id)
{
	if (id == 0 || !view->run->links)
		return NULL;
	return view_printf(view, KISI_PAGES "/groups/%" G_GINT64_FORMAT, id);
}

const struct source_result *
view_source(const struct view *view, const char *name)
{
	for (guint i = 0; name != NULL && i < view->plan->sources->len; i++) {
		const struct source_result *source = view->plan->sources->pdata[i];
		if (strcmp(source->facts->source, name) == 0)
			return source;
	}
	return NULL;
}

/* ---- rights ---- */

/* What nothing supports comes first, then what cannot be known, then the rest. */
static int
rank_of(enum basis basis)
{
	return basis == BASIS_NONE ? 0 : basis == BASIS_UNKNOWN ? 1 : 2;
}

static int
compare_rights(gconstpointer p, gconstpointer q)
{
	const struct access_now *a = (*(struct right *const *)p)->access,
				*b = (*(struct right *const *)q)->access;
	int order = rank_of(a->basis) - rank_of(b->basis);
	if (order == 0)
		order = g_strcmp0(a->group, b->group);
	if (order == 0)
		order = (a->group_id > b->group_id) - (a->group_id < b->group_id);
	if (order == 0)
		order = g_strcmp0(a->name, b->name);
	if (order == 0)
		order = g_strcmp0(a->email, b->email);
	return order != 0
		   ? order
		   : (a->assignment_id > b->assignment_id) - (a->assignment_id < b->assignment_id);
}

static void
seal(const struct view *view, struct right *right)
{
	const struct access_now *access = right->access;
	char from[INSTANT_TEXT] = "", until[INSTANT_TEXT] = "";
	if (access->valid.from != INSTANT_ALWAYS)
		instant_format(access->valid.from, from);
	if (access->valid.until != INSTANT_NEVER)
		instant_format(access->valid.until, until);
	g_autofree char *ids = g_strdup_printf(
	    "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, access->assignment_id, access->group_id);
	plan_make_id(right->seal, "right", view->run->id, right->ref,
	    access->email != NULL ? access->email : "", ids, from, until, basis_word(access->basis),
	    access->why != NULL ? access->why : "", NULL);
}

static void
take_rights(struct view *view)
{
	const GPtrArray *all = run_access(view->run);
	for (guint i = 0; i < all->len; i++) {
		const struct access_now *access = all->pdata[i];
		if (access->pass)
			continue;
		struct right *right = g_new0(struct right, 1);
		right->access = access;
		view->by_basis[access->basis]++;
		if (access->valid.from > view->plan->as_of)
			view->later++;
		else
			view->in_force++;
		g_ptr_array_add(view->rights, right);
	}
	g_ptr_array_sort(view->rights, compare_rights);
	int digits = view->rights->len < 1000 ? 3 : view->rights->len < 100000 ? 5 : 7;
	for (guint i = 0; i < view->rights->len; i++) {
		struct right *right = view->rights->pdata[i];
		g_snprintf(right->ref, sizeof(right->ref), "R%0*u", digits, i + 1);
		right->row = i + 5;
		seal(view, right);
		if (!g_hash_table_contains(view->by_assignment, &right->access->assignment_id))
			g_hash_table_insert(
			    view->by_assignment, (gpointer)&right->access->assignment_id, right);
	}
}

static void
take_orphans(struct view *view)
{
	const GPtrArray *orphans = run_orphans(view->run);
	for (guint i = 0; i < orphans->len; i++) {
		const struct orphan *orphan = orphans->pdata[i];
		struct right *right = g_hash_table_lookup(
		    view->by_assignment, &orphan->assignment_id);
		if (right != NULL)
			right->orphan = orphan;
	}
}

static void
know(struct view *view, const char *email, const char *name)
{
	if (email != NULL && *email != '\0' && name != NULL && *name != '\0')
		g_hash_table_insert(view->names, (gpointer)email, (gpointer)name);
}

static void
take_names(struct view *view)
{
	const GPtrArray *const lists[] = {view->plan->changes, view->plan->held};
	for (size_t l = 0; l < G_N_ELEMENTS(lists); l++) {
		for (guint i = 0; i < lists[l]->len; i++) {
			const struct change *change = lists[l]->pdata[i];
			know(view, change->email, change->name);
		}
	}
	for (guint i = 0; i < view->plan->closed->len; i++) {
		const struct closed_door *closed = view->plan->closed->pdata[i];
		know(view, closed->email, closed->name);
	}
	const GPtrArray *mismatches = run_mismatches(view->run);
	for (guint i = 0; i < mismatches->len; i++) {
		const struct mismatch *mismatch = mismatches->pdata[i];
		know(view, mismatch->email, mismatch->name);
		know(view, mismatch->kisi_email, mismatch->kisi_name);
	}
	const GPtrArray *access = run_access(view->run);
	for (guint i = 0; i < access->len; i++) {
		const struct access_now *now = access->pdata[i];
		know(view, now->email, now->name);
	}
}

struct view *
view_new(const struct run *run)
{
	struct view *view = g_new0(struct view, 1);
	view->run = run;
	view->plan = run->plan;
	view->face = clock_face_of(run->plan);
	view->rights = g_ptr_array_new_with_free_func(g_free);
	view->decisions = g_ptr_array_new_with_free_func(g_free);
	view->groups = g_hash_table_new(g_int64_hash, g_int64_equal);
	view->names = g_hash_table_new(g_str_hash, g_str_equal);
	view->by_assignment = g_hash_table_new(g_int64_hash, g_int64_equal);
	view->text = g_string_chunk_new(1 << 14);
	const GPtrArray *groups = run_groups(run);
	for (guint i = 0; i < groups->len; i++) {
		const struct group_facts *group = groups->pdata[i];
		g_hash_table_insert(view->groups, (gpointer)&group->id, (gpointer)group);
	}
	take_names(view);
	take_rights(view);
	take_orphans(view);
	view_decide(view);
	return view;
}

void
view_free(struct view *view)
{
	if (view == NULL)
		return;
	g_ptr_array_unref(view->rights);
	g_ptr_array_unref(view->decisions);
	g_hash_table_unref(view->groups);
	g_hash_table_unref(view->names);
	g_hash_table_unref(view->by_assignment);
	g_string_chunk_free(view->text);
	g_free(view);
}
