/* The people of all sources: one for each address, with what their rows say of them together. */
#include "reconcile/persons.h"

#include "base/text.h"

#include <string.h>

struct persons {
	const struct config *config;
	struct intern *texts;
	struct intern *addresses;
	GArray *list; /* of struct entitled_person */
};

struct persons *
persons_new(const struct config *config, struct intern *texts)
{
	struct persons *persons = g_new0(struct persons, 1);
	persons->config = config;
	persons->texts = texts;
	persons->addresses = intern_new();
	persons->list = g_array_new(FALSE, TRUE, sizeof(struct entitled_person));
	return persons;
}

void
persons_free(struct persons *persons)
{
	intern_free(persons->addresses);
	g_array_unref(persons->list);
	g_free(persons);
}

static struct entitled_person *
person_at(struct persons *persons, uint32_t number)
{
	if (number >= persons->list->len)
		g_array_set_size(persons->list, number + 1);
	return &g_array_index(persons->list, struct entitled_person, number);
}

static const char *
keep(struct persons *persons, const char *text)
{
	return intern_text(persons->texts, intern_add(persons->texts, text));
}

uint32_t
persons_number(struct persons *persons, const char *email, const char *name)
{
	uint32_t number = intern_add(persons->addresses, config_person(persons->config, email));
	struct entitled_person *person = person_at(persons, number);
	person->known = true;
	/* Of several names the least is kept, so that the order of rows does not show. */
	if (!text_blank(name) && (person->name == NULL || strcmp(name, person->name) < 0))
		person->name = keep(persons, name);
	return number;
}

void
persons_bar(struct persons *persons, uint32_t number, bool deleted, const char *why)
{
	struct entitled_person *person = person_at(persons, number);
	person->deleted |= deleted;
	person->blocked |= !deleted;
	if (person->blocked_why == NULL || strcmp(why, person->blocked_why) < 0)
		person->blocked_why = keep(persons, why);
}

void
persons_bar_email(struct persons *persons, const char *email, bool deleted, const char *why)
{
	uint32_t number = intern_add(persons->addresses, config_person(persons->config, email));
	persons_bar(persons, number, deleted, why);
}

void
persons_bar_listed(struct persons *persons)
{
	const GPtrArray *blocked = persons->config->people.blocked;
	for (guint i = 0; i < blocked->len; i++) {
		const struct blocked_entry *entry = g_ptr_array_index(blocked, i);
		const char *reason = entry->reason;
		char *why = g_strconcat(
		    "blocked list", reason != NULL ? ": " : "", reason != NULL ? reason : "", NULL);
		persons_bar_email(persons, entry->email, false, why);
		g_free(why);
	}
}

const struct entitled_person *
persons_at(struct persons *persons, uint32_t number)
{
	return person_at(persons, number);
}

const GArray *
persons_all(struct persons *persons)
{
	if (intern_count(persons->addresses) > 0)
		person_at(persons, intern_count(persons->addresses) - 1);
	return persons->list;
}

struct intern *
persons_addresses(struct persons *persons)
{
	return persons->addresses;
}
