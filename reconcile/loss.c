/* What somebody would lose, piece by piece, and who gave each piece.  Whether it may go is decided by the guards. */
#include "reconcile/loss.h"

#include "reconcile/cause.h"
#include "reconcile/rules.h"

#include <string.h>

struct losses *
losses_new(void)
{
	struct losses *losses = g_new0(struct losses, 1);
	losses->pieces = g_array_new(FALSE, FALSE, sizeof(struct piece));
	losses->list = g_array_new(FALSE, FALSE, sizeof(struct loss));
	return losses;
}

void
losses_free(struct losses *losses)
{
	if (losses == NULL)
		return;
	g_array_unref(losses->pieces);
	g_array_unref(losses->list);
	g_free(losses);
}

struct piece *
loss_piece(const struct losses *losses, const struct loss *loss, uint32_t i)
{
	g_assert(i < loss->count);
	return &g_array_index(losses->pieces, struct piece, loss->first + i);
}

/* ---- where pieces begin and end ---- */

static int
compare_instants(gconstpointer p, gconstpointer q)
{
	instant a = *(const instant *)p, b = *(const instant *)q;
	return (a > b) - (a < b);
}

static void
add_edges(GArray *edges, struct interval within, struct interval span)
{
	const instant both[] = {span.from, span.until};
	for (size_t i = 0; i < G_N_ELEMENTS(both); i++) {
		if (within.from < both[i] && both[i] < within.until)
			g_array_append_val(edges, both[i]);
	}
}

/* The person's traces: first and end in entitled->traces. */
static guint
traces_of(const struct world *world, uint32_t person, guint *end)
{
	const GArray *traces = world->entitled->traces;
	guint first = world_traces(world, person);
	*end = first;
	while (*end < traces->len && g_array_index(traces, struct trace, *end).person == person)
		(*end)++;
	return first;
}

static bool
leads_to(const struct world *world, const struct trace *trace, int64_t group_id)
{
	return g_array_index(world->groups->of_ref, int64_t, trace->ref) == group_id;
}

static GArray *
find_edges(const struct world *world, const struct loss *loss, struct interval within)
{
	GArray *edges = g_array_new(FALSE, FALSE, sizeof(instant));
	guint count, end;
	const struct known_giver *givers = givers_of(
	    world->givers, OBJECT_ASSIGNMENT, loss->person, loss->door_id, &count);
	g_array_append_val(edges, within.from);
	for (guint i = 0; i < count; i++)
		add_edges(edges, within, givers[i].giver->span);
	for (guint i = traces_of(world, loss->person, &end); i < end; i++) {
		const struct trace *trace = &g_array_index(
		    world->entitled->traces, struct trace, i);
		if (leads_to(world, trace, loss->door_id))
			add_edges(edges, within, trace->span);
	}
	const struct ledger_entry *made = cause_ledger_of(world, loss->have);
	if (made != NULL)
		add_edges(edges, within, made->valid);
	for (uint32_t i = 0; loss->slot != NULL && i < loss->slot->count; i++)
		add_edges(edges, within,
		    g_array_index(world->slots->windows, struct window, loss->slot->first + i)
			.span);
	g_array_append_val(edges, within.until);
	g_array_sort(edges, compare_instants);
	return edges;
}

/* ---- the account of a piece ---- */

static struct account
account_of(enum standing standing, enum cause cause)
{
	return (struct account){.standing = standing,
	    .cause = cause,
	    .counted = standing == STANDING_UNEXPLAINED,
	    .reason = INTERN_NONE};
}

/* A record of now whose own time covers the piece stands for a giver that nobody remembers. */
static bool
account_by_trace(
    const struct world *world, const struct loss *loss, struct interval span, struct account *out)
{
	guint end;
	const struct trace *best = NULL;
	for (guint i = traces_of(world, loss->person, &end); i < end; i++) {
		const struct trace *trace = &g_array_index(
		    world->entitled->traces, struct trace, i);
		const struct raw_reason *reason = &g_array_index(
		    world->entitled->reasons, struct raw_reason, trace->reason);
		/* A booking gives no access without an end. */
		if (!leads_to(world, trace, loss->door_id) || !interval_covers(trace->span, span) ||
		    (reason->kind == RECORD_BOOKING && span.until == INSTANT_NEVER))
			continue;
		if (best == NULL || trace->span.until > best->span.until)
			best = trace;
	}
	if (best == NULL)
		return false;
	*out = account_of(STANDING_EXPLAINED, (enum cause)best->cause);
	out->reason = best->reason;
	out->span = best->span;
	return true;
}

/* May records of the source open this group's doors? */
static bool
feeds(const struct world *world, uint32_t source, int64_t group_id)
{
	const struct source_policy *policy = &world->policies[source];
	for (guint i = 0; i < world->entitled->refs->len; i++) {
		const struct door_ref *ref = &g_array_index(
		    world->entitled->refs, struct door_ref, i);
		if (g_array_index(world->groups->of_ref, int64_t, i) != group_id)
			continue;
		if (ref->from_data || policy->kind == RECORD_GRANT)
			return true;
		for (guint j = 0; j < world->config->rules->len; j++) {
			if (g_array_index(world->entitled->ref_of_rule, uint32_t, j) == i &&
			    rule_could_fit(g_ptr_array_index(world->config->rules, j), policy))
				return true;
		}
	}
	return false;
}

/* What nobody remembers may be what a source would say today that cannot be read. */
static bool
account_by_doubt(const struct world *world, const struct loss *loss, struct account *out)
{
	for (guint i = 0; i < world->config->sources->len; i++) {
		/* Of a doubtful one it is known what it gave, once there was a good one. */
		bool first = history_import(world->history, world->policies[i].name) == NULL;
		bool refused = world->refused[i] || (world->doubted[i] && first),
		     unread = givers_unread(world->givers, i, loss->email);
		if ((!refused && !unread) || !feeds(world, i, loss->door_id))
			continue;
		*out = account_of(STANDING_KEPT, CAUSE_HAND_MADE);
		out->guard = world->refused[i] ? GUARD_REFUSED_SOURCE
			     : refused	       ? GUARD_DOUBTFUL_SOURCE
					       : GUARD_REJECTED_ROW;
		out->scope = refused ? world->policies[i].name : NULL;
		return true;
	}
	return false;
}

/* Made here, by a record that is not remembered. */
static struct account
account_by_ledger(
    const struct world *world, const struct loss *loss, const struct ledger_entry *made)
{
	struct account account = account_of(STANDING_UNEXPLAINED, CAUSE_ROW_VANISHED);
	if (strcmp(config_person(world->config, made->email), loss->email) != 0) {
		/* The address of this user was another one then, and belongs to somebody else now. */
		account = account_of(STANDING_KEPT, CAUSE_HAND_MADE);
		account.guard = GUARD_EMAIL_MISMATCH;
		return account;
	}
	for (guint i = 0; i < world->config->sources->len; i++) {
		if (g_strcmp0(world->policies[i].name, made->source) != 0)
			continue;
		const char *scope;
		enum guard guard = givers_keep(world->givers, i, NULL, loss->email, &scope);
		if (guard != GUARD_NONE) {
			account = account_of(STANDING_KEPT, CAUSE_ROW_VANISHED);
			account.guard = guard;
			account.scope = scope;
			return account;
		}
	}
	account.cause = cause_of_vanishing(world, made->source, made->rule);
	return account;
}

static struct account
account_without_giver(const struct world *world, const struct loss *loss, struct interval span)
{
	struct entitled_person who = world_person(world, loss->person);
	if (who.blocked || who.deleted)
		return account_of(STANDING_EXPLAINED, who.blocked ? CAUSE_BLOCKED : CAUSE_DELETED);
	struct account account;
	const struct ledger_entry *made = cause_ledger_of(world, loss->have);
	if (account_by_trace(world, loss, span, &account))
		return account;
	if (made != NULL && interval_covers(made->valid, span))
		return account_by_ledger(world, loss, made);
	if (account_by_doubt(world, loss, &account))
		return account;
	return account_of(STANDING_UNEXPLAINED, made != NULL ? CAUSE_HAND_EDITED : CAUSE_HAND_MADE);
}

/* No source that is there is known to have given it: one that cannot be read may. */
static bool
is_unclaimed(const struct world *world, const struct account *account)
{
	const struct giver *giver = account->giver;
	if (account->standing != STANDING_UNEXPLAINED || giver->kind == GIVER_OURS)
		return false;
	for (guint i = 0; i < world->config->sources->len; i++) {
		if (g_strcmp0(world->policies[i].name, giver->source) == 0)
			return false;
	}
	return true;
}

/* Time between two pieces gives nothing by itself.  Where what staff gave stays it is theirs, whoever gave it, too. */
static bool
is_weightier(const struct loss *loss, const struct account *one, const struct account *worst)
{
	bool ours = loss->group != NULL && loss->group->exclusive == EXCLUSIVE_OURS;
	if (worst == NULL)
		return true;
	if (one->giver->kind == GIVER_OURS)
		return false;
	return one->standing > worst->standing || worst->giver->kind == GIVER_OURS ||
	       (ours && one->giver->kind == GIVER_HAND && one->standing == worst->standing);
}

/* Of several givers the one that is known least counts. */
static struct account
account_of_piece(const struct world *world, const struct loss *loss, struct interval span)
{
	guint count;
	const struct known_giver *givers = givers_of(
	    world->givers, OBJECT_ASSIGNMENT, loss->person, loss->door_id, &count);
	const struct account *worst = NULL;
	for (guint i = 0; i < count; i++) {
		const struct account *one = &givers[i].account;
		if (interval_covers(givers[i].giver->span, span) && is_weightier(loss, one, worst))
			worst = one;
	}
	if (worst == NULL)
		return account_without_giver(world, loss, span);
	struct account account;
	return is_unclaimed(world, worst) && account_by_doubt(world, loss, &account) ? account
										     : *worst;
}

/* ---- adding ---- */

static bool
is_by_hand(const struct loss *loss, const struct account *account)
{
	return loss->group != NULL && loss->group->exclusive == EXCLUSIVE_OURS &&
	       (account->cause == CAUSE_HAND_MADE || account->cause == CAUSE_HAND_EDITED);
}

static void
add_piece(struct losses *losses, struct loss *loss, struct interval span, struct account account)
{
	struct piece piece = {.span = span,
	    .account = account,
	    .held = account.standing == STANDING_KEPT ? account.guard : GUARD_NONE,
	    .scope = account.standing == STANDING_KEPT ? account.scope : NULL,
	    .by_hand = is_by_hand(loss, &account)};
	g_array_append_val(losses->pieces, piece);
	loss->count++;
}

static void
add_pieces(const struct world *world, struct losses *losses, struct loss *loss)
{
	struct interval within = loss->have->assignment->valid;
	within.from = MAX(within.from, world->now);
	if (within.from >= within.until || world_entitles(world, loss->slot, within))
		return;
	GArray *edges = find_edges(world, loss, within);
	for (guint i = 0; i + 1 < edges->len; i++) {
		struct interval span = {
		    g_array_index(edges, instant, i), g_array_index(edges, instant, i + 1)};
		if (span.from < span.until && !world_entitles(world, loss->slot, span))
			add_piece(losses, loss, span, account_of_piece(world, loss, span));
	}
	g_array_unref(edges);
}

static bool
has_stand_in(const struct world *world, const struct loss *loss)
{
	guint count;
	const struct known_giver *givers = givers_of(
	    world->givers, OBJECT_ASSIGNMENT, loss->person, loss->door_id, &count);
	for (guint i = 0; i < count; i++) {
		if (givers[i].account.standing == STANDING_KEPT)
			return true;
	}
	return false;
}

struct loss *
losses_add(struct world *world, struct losses *losses, struct loss *loss)
{
	loss->first = losses->pieces->len;
	loss->count = 0;
	if (loss->have != NULL)
		add_pieces(world, losses, loss);
	if (loss->count == 0 && (loss->second || !has_stand_in(world, loss)))
		return NULL;
	g_array_append_val(losses->list, *loss);
	return &g_array_index(losses->list, struct loss, losses->list->len - 1);
}

void
losses_add_change(struct world *world, struct losses *losses, struct change *change,
    const struct account *account)
{
	struct interval have = {MAX(change->have.from, world->now), change->have.until};
	if (change->have_id == 0 || !change_takes_away(change, world->now))
		return;
	struct loss loss = {.object = change->object,
	    .person = intern_find(world->entitled->people, change->email),
	    .email = change->email,
	    .door_id = change->object == OBJECT_SCHEDULE ? change->lock_id : change->group_id,
	    .door = change_door(change),
	    .change = change,
	    .first = losses->pieces->len};
	add_piece(losses, &loss, have, *account);
	g_array_append_val(losses->list, loss);
}

/* ---- looking at a loss ---- */

static bool
goes(const struct piece *piece)
{
	return piece->held == GUARD_NONE && !piece->by_hand;
}

const char *
loss_unit(const struct world *world, const struct losses *losses, const struct loss *loss)
{
	const struct account *least = NULL;
	for (uint32_t i = 0; i < loss->count; i++) {
		const struct piece *piece = loss_piece(losses, loss, i);
		if (!goes(piece) || !piece->account.counted)
			continue;
		if (piece->account.booking == NULL) {
			bool nameless = *loss->email == '\0' && loss->change != NULL;
			return nameless ? loss->change->label : loss->email;
		}
		if (least == NULL || strcmp(piece->account.booking, least->booking) < 0)
			least = &piece->account;
	}
	return least != NULL
		   ? plan_printf(world->plan, "%s\n%s", least->giver->source, least->booking)
		   : NULL;
}

/* What goes tells more than what is held, and what nobody explains more than what a record does. */
static int
weight_of(const struct piece *piece)
{
	bool ours = piece->account.giver != NULL && piece->account.giver->kind == GIVER_OURS;
	return (goes(piece) ? 8 : 0) + (int)piece->account.standing * 2 + !ours;
}

const struct piece *
loss_telling(const struct losses *losses, const struct loss *loss)
{
	const struct piece *best = NULL;
	for (uint32_t i = 0; i < loss->count; i++) {
		const struct piece *piece = loss_piece(losses, loss, i);
		if (best == NULL || weight_of(piece) >= weight_of(best))
			best = piece;
	}
	return best;
}
