/*
 * Who a record is about.  Decides which rows name a person well enough to give them access; whether that person is
 * blocked, known or somebody's alias is decided later.
 */
#include "importers/importer.h"

#include "base/text.h"

#include <string.h>

/* A canonical address that lives as long as the row; NULL and *why when it is none. */
static const char *
canonical(const struct importer *im, const char *raw, bool *placeholder, const char **why)
{
	const char *address = addresses_get(im->addresses, raw, placeholder, why);
	return address != NULL ? g_string_chunk_insert(im->scratch, address) : NULL;
}

static bool
is_company_row(const struct draft *draft)
{
	const struct conditions *rows = &draft->im->profile->company_rows;
	for (size_t i = 0; i < rows->count; i++) {
		if (row_says(draft->row, rows->list[i].name, rows->list[i].key))
			return true;
	}
	return false;
}

/* why: for the finding; the row is refused with the reason where its profile does not only report such rows. */
static bool
nobody(struct draft *draft, const char *why, const char *reason)
{
	struct record *record = &draft->record;
	/* Nobody loses or gains anything by a cancelled booking without a booker; a venue's own block has none. */
	bool idle = record->status == STATUS_CANCELLED || record->status == STATUS_BLOCKED_TIME;
	if (record->kind == RECORD_BOOKING && idle) {
		record->person.name = NULL;
		return true;
	}
	draft->nobody = why;
	if (record->kind == RECORD_BOOKING && draft->im->profile->report_nobody) {
		record->person.name = NULL;
		record->company = NULL;
		return true;
	}
	draft->empty = draft->im->profile->report_nobody;
	return !draft->empty && draft_refuse(draft, "%s", reason);
}

static bool
no_address(struct draft *draft)
{
	struct record *record = &draft->record;
	if (record->kind == RECORD_MEMBERSHIP && record->company != NULL) {
		record->person.name = NULL; /* a company's row has no person at all */
		return true;
	}
	bool company = record->kind == RECORD_MEMBERSHIP &&
		       draft->im->profile->fields[FIELD_COMPANY].used;
	return nobody(
	    draft, "no e-mail address", company ? "email and company are blank" : "email is blank");
}

/* Whoever has that mailbox is not who the row is about; a block of it does no harm. */
static bool
invented(struct draft *draft)
{
	struct record_person *person = &draft->record.person;
	enum record_status status = draft->record.status;
	if (draft->record.kind == RECORD_PERSON &&
	    (status == STATUS_BLOCKED || status == STATUS_DELETED))
		return true;
	char *reason = g_strdup_printf("email looks invented: \"%s\"", person->email);
	person->email = NULL;
	bool good = nobody(draft, "the address looks invented", reason);
	g_free(reason);
	return good;
}

bool
is_no_person(const struct importer *im, const char *address)
{
	return profile_no_person(im->profile, address) || g_hash_table_contains(im->rooms, address);
}

/* A calendar that books for itself, a room, a relay of the mail of others: whoever booked, it was not that. */
static bool
impersonal(struct draft *draft)
{
	struct record_person *person = &draft->record.person;
	g_autofree char *reason = g_strdup_printf(
	    "email is that of no person: \"%s\"", person->email);
	person->email = NULL;
	return nobody(draft, "the address is that of a calendar, a room or a relay", reason);
}

/* Do the addresses of a booking stand in one cell?  Then the first is who booked. */
static bool
emails_are_list(const struct draft *draft)
{
	return draft->record.kind == RECORD_BOOKING &&
	       draft->im->profile->fields[FIELD_EMAIL].split != NULL;
}

static void
email_value(const struct draft *draft, struct value *out)
{
	struct importer *im = draft->im;
	if (!emails_are_list(draft)) {
		field_value(im, draft->row, FIELD_EMAIL, out);
		return;
	}
	field_values(im, draft->row, FIELD_EMAIL, im->values);
	*out = im->values->len > 0 ? g_array_index(im->values, struct value, 0)
				   : (struct value){.presence = VALUE_BLANK, .name = NO_NAME};
}

/* Who belongs to a company gets what the company holds: without an address that is nothing, and should not go unseen. */
static void
tell_addressless(const struct draft *draft)
{
	const struct record *record = &draft->record;
	if (record->kind != RECORD_PERSON || record->company == NULL ||
	    record->status != STATUS_ACTIVE)
		return;
	g_autofree char *name = text_excerpt(
	    record->person.name != NULL ? record->person.name : "somebody without a name", 60);
	g_autofree char *company = text_excerpt(record->company, 60);
	g_autofree char *text = g_strdup_printf(
	    "%s, row %u: %s of company \"%s\" has no e-mail address, and gets nothing of what the "
	    "company holds",
	    draft->im->file->name, record->place.row, name, company);
	importer_note(draft->im, &record->place, FINDING_NO_EMAIL, NULL,
	    record->person.ref != NULL ? record->person.ref : record->id, text);
}

bool
person_read(struct draft *draft)
{
	struct record_person *person = &draft->record.person;
	struct value email;
	if (!draft_text(draft, FIELD_NAME, &person->name) ||
	    !draft_text(draft, FIELD_REF, &person->ref) ||
	    !draft_text(draft, FIELD_COMPANY, &draft->record.company))
		return false;
	if (draft->record.kind == RECORD_MEMBERSHIP && is_company_row(draft)) {
		*person = (struct record_person){0};
		return draft->record.company != NULL ||
		       draft_refuse(draft, "a company's row that names no company");
	}
	/* Where the profile says which rows are companies', no other one becomes one for want of an address. */
	if (draft->record.kind == RECORD_MEMBERSHIP && draft->im->profile->company_rows.count > 0)
		draft->record.company = NULL;
	email_value(draft, &email);
	if (email.presence == VALUE_BAD)
		return draft_refuse(draft, "email %s", email.text);
	if (email.presence < VALUE_TEXT) {
		tell_addressless(draft);
		return person->ref != NULL || no_address(draft);
	}

	const char *why = NULL;
	bool placeholder = false;
	person->email = canonical(draft->im, email.text, &placeholder, &why);
	if (person->email == NULL) {
		draft->nobody = why;
		return draft_refuse(
		    draft, "email is no address: \"%s\": %s", draft_quote(draft, email.text), why);
	}
	if (is_no_person(draft->im, person->email))
		return impersonal(draft);
	return !placeholder || invented(draft);
}

void
booker_read(struct draft *draft)
{
	struct record *record = &draft->record;
	if (person_read(draft))
		return;
	draft->booker = g_steal_pointer(&draft->reason);
	record->person = (struct record_person){0};
	record->company = NULL;
}

static void
bad_attendee(const struct draft *draft, const char *raw, const char *why)
{
	const struct record *record = &draft->record;
	char *text = raw != NULL
			 ? g_strdup_printf("attendee \"%s\": %s", draft_quote(draft, raw), why)
			 : g_strdup_printf("an attendee %s", why);
	/* Each of several in one booking is a finding of its own. */
	char *subject = g_strconcat(
	    record->id != NULL ? record->id : "", "\n", raw != NULL ? raw : "", NULL);
	importer_note(draft->im, &draft->row->place, FINDING_BAD_ATTENDEE, record->person.email,
	    subject, text);
	g_free(subject);
	g_free(text);
}

static const struct value *
nth(const GArray *values, guint i)
{
	static const struct value none = {.presence = VALUE_ABSENT};
	return i < values->len ? &g_array_index(values, struct value, i) : &none;
}

/* Lists of players repeat the booker by name; a number alone says how many there are.  Neither is anybody new. */
static bool
is_nobody_new(const struct draft *draft, const char *raw)
{
	const char *booker = draft->record.person.name;
	return text_digits(raw) || (booker != NULL && text_same(raw, booker));
}

/* One attendee from address and reference; false when it is nobody who could be let in. */
static bool
attendee(const struct draft *draft, const struct value *email, const struct value *ref,
    struct record_person *out)
{
	const char *why = "has neither address nor reference";
	bool placeholder;
	*out = (struct record_person){.ref = ref->presence == VALUE_TEXT ? ref->text : NULL};
	if (email->presence == VALUE_TEXT) {
		out->email = canonical(draft->im, email->text, &placeholder, &why);
		if (out->email != NULL && placeholder) {
			out->email = NULL;
			why = "looks invented";
		}
		if (out->email != NULL && is_no_person(draft->im, out->email)) {
			out->email = NULL;
			why = "is a calendar, a room or a relay";
		}
		if (out->email == NULL && !is_nobody_new(draft, email->text))
			bad_attendee(draft, email->text, why);
		return out->email != NULL;
	}
	if (out->ref == NULL)
		bad_attendee(draft, NULL, email->presence == VALUE_BAD ? email->text : why);
	return out->ref != NULL;
}

/* Add the people of one list but the first few, with references that belong to it one by one. */
static bool
add_attendees(struct draft *draft, enum field emails, enum field refs, guint first)
{
	struct importer *im = draft->im;
	g_array_set_size(im->more_values, 0);
	if (!draft_values(draft, emails, im->values) ||
	    (refs < FIELDS && !draft_values(draft, refs, im->more_values)))
		return false;
	for (guint i = first; i < MAX(im->values->len, im->more_values->len); i++) {
		struct record_person person;
		if (attendee(draft, nth(im->values, i), nth(im->more_values, i), &person))
			g_array_append_val(im->attendees, person);
	}
	return true;
}

bool
attendees_read(struct draft *draft)
{
	struct importer *im = draft->im;
	g_array_set_size(im->attendees, 0);
	bool good = true;
	if (im->policy.attendees)
		good = add_attendees(draft, FIELD_ATTENDEES, FIELD_ATTENDEE_REFS, 0);
	if (im->policy.attendees && emails_are_list(draft))
		good = good && add_attendees(draft, FIELD_EMAIL, FIELDS, 1);
	if (im->policy.guests)
		good = good && add_attendees(draft, FIELD_GUESTS, FIELDS, 0);
	draft->record.attendees = (const struct record_person *)(void *)im->attendees->data;
	draft->record.n_attendees = im->attendees->len;
	return good;
}

void
person_recognise(struct draft *draft)
{
	const struct row *row = draft->row;
	struct record *record = &draft->record;
	struct value value;
	bool placeholder;
	const char *why;
	field_value(draft->im, row, FIELD_ID, &value);
	if (record->id == NULL && value.presence == VALUE_TEXT)
		record->id = value.text;
	email_value(draft, &value);
	if (record->person.email == NULL && value.presence == VALUE_TEXT)
		record->person.email = canonical(draft->im, value.text, &placeholder, &why);
	/* Where only the booker is refused the others in the row are not whom it is about. */
	for (size_t i = 0; row->columns != NULL && draft->booker == NULL && i < row->n_cells; i++) {
		if (record->person.email != NULL)
			break;
		if (strchr(row->cells[i], '@') != NULL)
			record->person.email = canonical(
			    draft->im, row->cells[i], &placeholder, &why);
	}
}

void
person_notes(const struct draft *draft)
{
	static const enum field telling[] = {FIELD_NAME, FIELD_RESOURCE, FIELD_PLAN, FIELD_START};
	if (draft->nobody == NULL)
		return;
	GString *text = g_string_new(NULL);
	const char *kind = record_kind_word(draft->record.kind);
	if (draft->record.n_attendees > 0)
		g_string_append_printf(text,
		    "nobody knows who made this %s, only the invited get in (%s)", kind,
		    draft->nobody);
	else
		g_string_append_printf(
		    text, "nobody can be told from this %s (%s)", kind, draft->nobody);
	for (size_t i = 0; i < G_N_ELEMENTS(telling); i++) {
		struct value value;
		field_value(draft->im, draft->row, telling[i], &value);
		if (value.presence == VALUE_TEXT)
			g_string_append_printf(text, ", %s \"%s\"", field_word(telling[i]),
			    draft_quote(draft, value.text));
	}
	importer_note(
	    draft->im, &draft->row->place, FINDING_NO_EMAIL, NULL, draft->record.id, text->str);
	g_string_free(text, TRUE);
}
