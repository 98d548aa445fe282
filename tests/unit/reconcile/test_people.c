/* What ids and titles in rows mean: within a system, across systems, and after a row took another's place. */
#include "reconcile/people.h"

/* The first two are of one system, the third stands alone. */
static const struct source_policy policies[] = {{.name = "people", .system = "coworks"},
    {.name = "bookings", .system = "coworks"}, {.name = "other"}};

enum { PEOPLE, BOOKINGS, OTHER };

static struct record
row(enum record_kind kind, uint32_t source, const char *id)
{
	return (struct record){
	    .kind = kind, .place = {.source = source}, .id = id, .status = STATUS_ACTIVE};
}

static void
test_resources(void)
{
	static const struct record_ref by_id = {"7", "Room 7"}, by_name = {NULL, "Attic"};
	struct directory *directory = directory_new(policies);
	static const struct record_ref other = {"9", NULL};
	struct record record = row(RECORD_RESOURCE, PEOPLE, "5");
	record.targets = &other;
	record.n_targets = 1;
	directory_add_resource(directory, &record);
	g_assert_null(directory_resource(directory, BOOKINGS, "9"));
	record.id = NULL;
	record.targets = &by_id;
	record.n_targets = 1;
	record.location = "Mill";
	record.group = "Group 7";
	directory_add_resource(directory, &record);
	/* what nothing can name by an id is not kept, nor is what says nothing at all */
	record.targets = &by_name;
	directory_add_resource(directory, &record);
	record.n_targets = 0;
	directory_add_resource(directory, &record);

	const struct directory_resource *found = directory_resource(directory, BOOKINGS, "7");
	g_assert_cmpstr(found->name, ==, "Room 7");
	g_assert_cmpstr(found->location, ==, "Mill");
	g_assert_cmpstr(found->group, ==, "Group 7");
	found = directory_resource(directory, BOOKINGS, "5");
	g_assert_null(found->name);
	g_assert_null(found->location);
	g_assert_null(found->group);
	g_assert_null(directory_resource(directory, BOOKINGS, "Attic"));
	g_assert_null(directory_resource(directory, OTHER, "7"));
	directory_free(directory);
}

/* A company is the same by its id, where a list names it, and by its title everywhere. */
static void
test_companies(void)
{
	struct directory *directory = directory_new(policies);
	struct record record = row(RECORD_COMPANY, PEOPLE, "12");
	record.company = "Acme";
	directory_add_company(directory, &record);
	record.id = "Globex";
	record.company = NULL;
	directory_add_company(directory, &record);
	record.id = NULL;
	record.company = "Initech";
	directory_add_company(directory, &record);

	uint32_t acme = directory_company(directory, OTHER, " ACME ");
	uint32_t globex = directory_company(directory, OTHER, "globex");
	g_assert_cmpuint(acme, !=, globex);
	g_assert_cmpuint(directory_company(directory, BOOKINGS, "12"), ==, acme);
	g_assert_cmpuint(directory_company(directory, BOOKINGS, "Globex"), ==, globex);
	g_assert_cmpuint(directory_company(directory, OTHER, "12"), !=, acme);
	/* a number that no list names is another one in another system */
	g_assert_cmpuint(directory_company(directory, PEOPLE, "13"), ==,
	    directory_company(directory, BOOKINGS, "13"));
	g_assert_cmpuint(directory_company(directory, PEOPLE, "13"), !=,
	    directory_company(directory, OTHER, "13"));
	directory_free(directory);
}

static void
add_person(struct directory *directory, const char *id, const char *ref, uint32_t person)
{
	struct record record = row(RECORD_PERSON, PEOPLE, id);
	record.person.ref = ref;
	directory_add_person(directory, &record, person);
}

/* A later row of an id takes the place of the former, whatever else that was called by. */
static void
test_persons(void)
{
	struct directory *directory = directory_new(policies);
	add_person(directory, "1", "m-1", 10);
	add_person(directory, NULL, "m-2", 11);
	g_assert_cmpuint(directory_person(directory, BOOKINGS, "1"), ==, 10);
	g_assert_cmpuint(directory_person(directory, BOOKINGS, "m-1"), ==, 10);
	g_assert_cmpuint(directory_person(directory, BOOKINGS, "m-2"), ==, 11);
	g_assert_cmpuint(directory_person(directory, OTHER, "1"), ==, INTERN_NONE);

	add_person(directory, "1", NULL, 12);
	g_assert_cmpuint(directory_person(directory, BOOKINGS, "1"), ==, 12);
	g_assert_cmpuint(directory_person(directory, BOOKINGS, "m-1"), ==, INTERN_NONE);

	directory_refuse(directory, BOOKINGS);
	g_assert_cmpuint(directory_person(directory, BOOKINGS, "1"), ==, 12);
	directory_refuse(directory, PEOPLE);
	g_assert_cmpuint(directory_person(directory, BOOKINGS, "1"), ==, INTERN_NONE);
	directory_free(directory);
}

static void
note(void *user, uint32_t person, uint32_t source)
{
	g_string_append_printf(user, "%u@%u ", person, source);
}

static void
note_barred(void *user, uint32_t person, enum record_status status, uint32_t source, uint32_t at)
{
	g_string_append_printf(
	    user, "%u %s %u:%u ", person, record_status_word(status), source, at);
}

static void
employ(struct directory *directory, const char *id, enum record_status status, uint32_t person)
{
	struct record record = row(RECORD_PERSON, PEOPLE, id);
	record.place.row = person;
	record.status = status;
	record.company = "Acme";
	directory_add_person(directory, &record, person);
}

static void
test_members(void)
{
	GString *members = g_string_new(NULL), *barred = g_string_new(NULL);
	struct directory *directory = directory_new(policies);
	employ(directory, "1", STATUS_ACTIVE, 10);
	employ(directory, "2", STATUS_REQUESTED, 11);
	employ(directory, "3", STATUS_BLOCKED, 12);
	employ(directory, "4", STATUS_ACTIVE, 10);
	employ(directory, "5", STATUS_DELETED, 13);
	employ(directory, "5", STATUS_DELETED, 14);
	directory_members(directory, directory_company(directory, PEOPLE, "acme"), note, members);
	g_assert_cmpstr(members->str, ==, "10@0 12@0 14@0 ");
	directory_barred(directory, note_barred, barred);
	g_assert_cmpstr(barred->str, ==, "12 blocked 0:12 14 deleted 0:14 ");
	g_string_truncate(members, 0);
	directory_members(directory, directory_company(directory, PEOPLE, "Globex"), note, members);
	g_assert_cmpstr(members->str, ==, "");
	directory_free(directory);
	g_string_free(members, TRUE);
	g_string_free(barred, TRUE);
}

/* The last live row of a person in a list says what they are there, and no other list does. */
static void
test_names(void)
{
	enum record_status status = STATUS_COUNT;
	struct directory *directory = directory_new(policies);
	employ(directory, "1", STATUS_ACTIVE, 10);
	employ(directory, "2", STATUS_BLOCKED, 10);
	employ(directory, "3", STATUS_ACTIVE, 11);
	g_assert_true(directory_names(directory, PEOPLE, 10, &status));
	g_assert_cmpint(status, ==, STATUS_BLOCKED);
	g_assert_false(directory_names(directory, OTHER, 10, &status));
	g_assert_false(directory_names(directory, PEOPLE, 12, &status));
	employ(directory, "3", STATUS_ACTIVE, 12);
	g_assert_false(directory_names(directory, PEOPLE, 11, &status));
	directory_refuse(directory, PEOPLE);
	g_assert_false(directory_names(directory, PEOPLE, 10, &status));
	directory_free(directory);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reconcile/people/resources", test_resources);
	g_test_add_func("/reconcile/people/companies", test_companies);
	g_test_add_func("/reconcile/people/persons", test_persons);
	g_test_add_func("/reconcile/people/members", test_members);
	g_test_add_func("/reconcile/people/names", test_names);
	return g_test_run();
}
