/* Bookings that stand in several rows.  Which rows are one booking is decided here, what a booking gives is not. */
#include "reconcile/united.h"

/* Rows of one id that agree. */
struct variant {
	const struct booking *booking;
	enum record_status status;
	struct interval span;
	GArray *holders, *reaches;
	GHashTable *known; /* of both, when there are many; NULL */
};

/* One id of one source. */
struct booking {
	const struct variant *last; /* that a row belonged to */
};

struct united {
	GPtrArray *ids;	      /* a GHashTable for each source: id -> struct booking */
	GPtrArray *variants;  /* of struct variant, in the order of their first rows */
	GHashTable *by_times; /* the same: struct variant by booking, status and time */
};

/* So few are looked through faster than they are hashed. */
#define FEW 16

static void
variant_free(gpointer p)
{
	struct variant *variant = p;
	g_array_unref(variant->holders);
	g_array_unref(variant->reaches);
	g_clear_pointer(&variant->known, g_hash_table_unref);
	g_free(variant);
}

static guint
variant_hash(gconstpointer p)
{
	const struct variant *variant = p;
	return g_direct_hash(variant->booking) ^ g_int64_hash(&variant->span.from) * 31 ^
	       g_int64_hash(&variant->span.until) * 17 ^ variant->status;
}

static gboolean
variant_equal(gconstpointer p, gconstpointer q)
{
	const struct variant *a = p, *b = q;
	return a->booking == b->booking && a->status == b->status && a->span.from == b->span.from &&
	       a->span.until == b->span.until;
}

static void
table_free(gpointer p)
{
	g_hash_table_unref(p);
}

struct united *
united_new(guint sources)
{
	struct united *united = g_new0(struct united, 1);
	united->ids = g_ptr_array_new_with_free_func(table_free);
	united->variants = g_ptr_array_new_with_free_func(variant_free);
	united->by_times = g_hash_table_new(variant_hash, variant_equal);
	for (guint i = 0; i < sources; i++)
		g_ptr_array_add(
		    united->ids, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free));
	return united;
}

void
united_free(struct united *united)
{
	g_hash_table_unref(united->by_times);
	g_ptr_array_unref(united->variants);
	g_ptr_array_unref(united->ids);
	g_free(united);
}

static GHashTable *
table_of(const struct united *united, const struct record *record)
{
	return g_ptr_array_index(united->ids, record->place.source);
}

bool
united_knows(const struct united *united, const struct record *record)
{
	return g_hash_table_contains(table_of(united, record), record->id);
}

static struct booking *
booking_of(struct united *united, const struct record *record)
{
	GHashTable *table = table_of(united, record);
	struct booking *booking = g_hash_table_lookup(table, record->id);
	if (booking == NULL) {
		booking = g_new0(struct booking, 1);
		g_hash_table_insert(table, g_strdup(record->id), booking);
	}
	return booking;
}

static struct variant *
variant_of(struct united *united, const struct booking *booking, const struct record *record)
{
	const struct variant key = {
	    .booking = booking, .status = record->status, .span = record->span};
	struct variant *variant = g_hash_table_lookup(united->by_times, &key);
	if (variant != NULL)
		return variant;
	variant = g_memdup2(&key, sizeof key);
	variant->holders = g_array_new(FALSE, FALSE, sizeof(struct holder));
	variant->reaches = g_array_new(FALSE, FALSE, sizeof(struct reach));
	g_ptr_array_add(united->variants, variant);
	g_hash_table_add(united->by_times, variant);
	return variant;
}

/* ---- what a booking has already ---- */

struct known {
	bool reach;
	uint32_t a, b;
};

static guint
known_hash(gconstpointer p)
{
	const struct known *known = p;
	return (known->a * 2654435761u) ^ known->b ^ (guint)known->reach << 31;
}

static gboolean
known_equal(gconstpointer p, gconstpointer q)
{
	const struct known *a = p, *b = q;
	return a->reach == b->reach && a->a == b->a && a->b == b->b;
}

static struct known
known_holder(const struct variant *variant, guint i)
{
	const struct holder *holder = &g_array_index(variant->holders, struct holder, i);
	return (struct known){false, holder->person, holder->company};
}

/* One rule is one reason, however many rows it fits. */
static struct known
known_reach(const struct variant *variant, guint i)
{
	const struct reach *reach = &g_array_index(variant->reaches, struct reach, i);
	return (struct known){true, reach->ref, reach->rule};
}

static void
remember(struct variant *variant, struct known known)
{
	if (variant->known != NULL)
		g_hash_table_add(variant->known, g_memdup2(&known, sizeof known));
}

static void
begin_to_hash(struct variant *variant)
{
	variant->known = g_hash_table_new_full(known_hash, known_equal, g_free, NULL);
	for (guint i = 0; i < variant->holders->len; i++)
		remember(variant, known_holder(variant, i));
	for (guint i = 0; i < variant->reaches->len; i++)
		remember(variant, known_reach(variant, i));
}

static bool
has(struct variant *variant, struct known known)
{
	guint n = known.reach ? variant->reaches->len : variant->holders->len;
	bool found = false;
	if (variant->known == NULL && n > FEW)
		begin_to_hash(variant);
	if (variant->known != NULL)
		return g_hash_table_contains(variant->known, &known);
	for (guint i = 0; i < n && !found; i++) {
		struct known other = known.reach ? known_reach(variant, i)
						 : known_holder(variant, i);
		found = known_equal(&known, &other);
	}
	return found;
}

bool
united_take(struct united *united, const struct record *record, const GArray *holders,
    const GArray *reaches, united_pair pair, void *user)
{
	struct booking *booking = booking_of(united, record);
	const struct variant *before = booking->last;
	struct variant *variant = variant_of(united, booking, record);
	booking->last = variant;
	for (guint i = 0; i < reaches->len; i++) {
		const struct reach *reach = &g_array_index(reaches, struct reach, i);
		const struct known known = {true, reach->ref, reach->rule};
		if (has(variant, known))
			continue;
		g_array_append_val(variant->reaches, *reach);
		remember(variant, known);
		for (guint j = 0; j < variant->holders->len; j++)
			pair(user, &g_array_index(variant->holders, struct holder, j), reach);
	}
	for (guint i = 0; i < holders->len; i++) {
		const struct holder *holder = &g_array_index(holders, struct holder, i);
		const struct known known = {false, holder->person, holder->company};
		if (has(variant, known))
			continue;
		g_array_append_val(variant->holders, *holder);
		remember(variant, known);
		for (guint j = 0; j < variant->reaches->len; j++)
			pair(user, holder, &g_array_index(variant->reaches, struct reach, j));
	}
	return before != NULL && before != variant;
}

void
united_bury(const struct united *united, void (*bury)(void *user, uint32_t reason), void *user)
{
	for (guint i = 0; i < united->variants->len; i++) {
		const struct variant *variant = united->variants->pdata[i];
		for (guint j = 0; variant != variant->booking->last && j < variant->reaches->len;
		     j++)
			bury(user, g_array_index(variant->reaches, struct reach, j).reason);
	}
}
