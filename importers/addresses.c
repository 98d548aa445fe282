/*
 * A cache of canonical addresses.  One slot for each hash, the newer address takes it: bounded, and fast for the
 * addresses that come often.
 */
#include "base/email.h"
#include "importers/importer.h"

#include <string.h>

#define SLOTS (1u << 17)
#define CACHED_MAX 128 /* longer raw texts are not worth a slot */

struct entry {
	bool placeholder;
	uint8_t canonical_at; /* offset in text */
	char text[];	      /* raw, NUL, canonical, NUL */
};

struct addresses {
	struct entry *slots[SLOTS];
	char *last; /* canonical form of what was not cached */
};

struct addresses *
addresses_new(void)
{
	return g_new0(struct addresses, 1);
}

void
addresses_free(struct addresses *addresses)
{
	if (addresses == NULL)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		g_free(addresses->slots[i]);
	g_free(addresses->last);
	g_free(addresses);
}

static struct entry *
entry_new(const char *raw, const char *canonical)
{
	size_t raw_size = strlen(raw) + 1, size = strlen(canonical) + 1;
	struct entry *entry = g_malloc(sizeof(*entry) + raw_size + size);
	entry->placeholder = email_placeholder(canonical);
	entry->canonical_at = (uint8_t)raw_size;
	memcpy(entry->text, raw, raw_size);
	memcpy(entry->text + raw_size, canonical, size);
	return entry;
}

const char *
addresses_get(struct addresses *addresses, const char *raw, bool *placeholder, const char **why)
{
	struct entry **slot = &addresses->slots[g_str_hash(raw) % SLOTS];
	if (*slot == NULL || strcmp((*slot)->text, raw) != 0) {
		g_free(addresses->last);
		addresses->last = email_canonical(raw, why);
		if (addresses->last == NULL)
			return NULL;
		if (strlen(raw) >= CACHED_MAX) {
			*placeholder = email_placeholder(addresses->last);
			return addresses->last;
		}
		g_free(*slot);
		*slot = entry_new(raw, addresses->last);
	}
	*placeholder = (*slot)->placeholder;
	return (*slot)->text + (*slot)->canonical_at;
}
