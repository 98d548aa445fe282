/*
 * Invites: one call that makes a person, if need be, and a right or a team membership.  They are
 * carried out as the calls they stand for, so that every rule of those holds here, too.
 */
#include "sandbox/resource.h"

#include "base/json.h"

#include <string.h>

static const char *const invite_types[] = {"Place", "Group", "Team", NULL};
static const char *const invitee_types[] = {"User", "Guest", NULL};

static const struct field invite_fields[] = {
    {"notify", FIELD_BOOLEAN, FIELD_CREATE, "true", NULL, 0},
    {"invites_to_type", FIELD_TEXT, FIELD_CREATE | FIELD_REQUIRED, NULL, invite_types, 0},
    {"invites_to_id", FIELD_INTEGER, FIELD_CREATE | FIELD_REQUIRED, NULL, NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

static const struct field invitee_fields[] = {
    {"resource_type", FIELD_TEXT, FIELD_CREATE | FIELD_REQUIRED, NULL, invitee_types, 0},
    {"email", FIELD_EMAIL, FIELD_NULL | FIELD_CREATE, NULL, NULL, 0},
    {"name", FIELD_TEXT, FIELD_CREATE | FIELD_REQUIRED, NULL, NULL, 0},
    {"phone_number", FIELD_PHONE, FIELD_NULL | FIELD_CREATE, NULL, NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

static const struct field key_fields[] = {
    {"link_enabled", FIELD_BOOLEAN, FIELD_CREATE, "true", NULL, 0},
    {"qr_code_enabled", FIELD_BOOLEAN, FIELD_CREATE, "false", NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

/* What an invite is made of, each part taken by its table. */
struct invite {
	struct json_object *fields, *invitee,
	    *access_key;	   /* owned; access_key NULL when none is asked for */
	struct json_object *right; /* borrowed from the body; NULL for a team */
	bool new_person;
	enum store_id person_store;
	int64_t person_id;
};

static struct json_object *
take_part(struct request *request, struct json_object *body, const char *name,
    const struct field *fields, struct json_object *errors)
{
	struct json_object *part = json_member(body, name);

	if (json_object_is_type(part, json_type_object))
		return fields_take(
		    fields, part, FIELD_CREATE, request_switch(request, SWITCH_TIMES), errors);
	field_error(errors, name, part == NULL ? "can't be blank" : "is not an object");
	return json_object_new_object();
}

static void
read_invite(struct request *request, struct json_object *body, struct invite *out,
    struct json_object *errors)
{
	const char *times = request_switch(request, SWITCH_TIMES);

	out->fields = fields_take(invite_fields, body, FIELD_CREATE, times, errors);
	out->invitee = take_part(request, body, "invitee", invitee_fields, errors);
	if (json_member(body, "access_key") != NULL)
		out->access_key = take_part(request, body, "access_key", key_fields, errors);
	if (g_strcmp0(json_text(out->invitee, "resource_type"), "User") == 0 &&
	    json_text(out->invitee, "email") == NULL)
		field_error(errors, "email", "can't be blank");
	out->right = json_member(body, "role_assignment");
	if (g_strcmp0(json_text(out->fields, "invites_to_type"), "Team") != 0 &&
	    !json_object_is_type(out->right, json_type_object))
		field_error(errors, "role_assignment", "can't be blank");
	int64_t id = 0;
	json_integer(out->fields, "invites_to_id", &id);
	if (json_object_object_length(errors) == 0 &&
	    state_find(request->sandbox->state,
		store_of_type(json_text(out->fields, "invites_to_type")), id) == NULL)
		field_error(errors, "invites_to", "must exist");
}

/* Find or make the person; false when that was answered. */
static bool
settle_person(struct request *request, struct invite *invite)
{
	const char *email = json_text(invite->invitee, "email");
	bool guest = strcmp(json_text(invite->invitee, "resource_type"), "Guest") == 0;
	const struct row *person = guest ? NULL : user_by_email(request->sandbox->state, email);

	if (person != NULL &&
	    !switch_is(&request->sandbox->switches, SWITCH_INVITE_EXISTING, "reuse"))
		return answer_duplicate(request, SWITCH_INVITE_EXISTING, "email");
	invite->new_person = person == NULL;
	invite->person_store = guest ? STORE_GUESTS : STORE_USERS;
	if (person == NULL && guest) {
		struct json_object *fields = json_object_get(invite->invitee);
		json_object_object_del(fields, "resource_type");
		person = resource_add(request, &guest_resource, fields);
	} else if (person == NULL) {
		person = user_add(request, email, json_text(invite->invitee, "name"));
	}
	invite->person_id = person->id;
	return true;
}

/* The body of the call the invite stands for.  Caller frees. */
static struct json_object *
inner_body(const struct invite *invite, bool team)
{
	static const char *const copied[] = {"role_id", "valid_from", "valid_until"};
	struct json_object *inner = json_object_new_object(), *body = json_object_new_object();
	const char *target = json_text(invite->fields, "invites_to_type");
	const char *person_type = invite->person_store == STORE_USERS ? "User" : "Guest";
	int64_t target_id = 0;

	json_integer(invite->fields, "invites_to_id", &target_id);
	json_put_integer(inner, team ? "team_id" : "applies_to_id", target_id);
	json_put_text(inner, team ? "member_type" : "assignee_type", person_type);
	json_put_integer(inner, team ? "member_id" : "assignee_id", invite->person_id);
	if (!team) {
		json_put_text(inner, "applies_to_type", target);
		if (strcmp(target, "Group") == 0)
			json_put_text(inner, "role_id", "group_basic");
		json_object_object_add(
		    inner, "notify", json_object_get(json_member(invite->fields, "notify")));
		if (json_member(invite->fields, "notify") == NULL)
			json_object_object_del(inner, "notify");
	}
	for (size_t i = 0; !team && i < G_N_ELEMENTS(copied); i++) {
		struct json_object *value;
		if (json_object_object_get_ex(invite->right, copied[i], &value))
			json_object_object_add(inner, copied[i], json_object_get(value));
	}
	json_object_object_add(body, team ? "team_membership" : "role_assignment", inner);
	return body;
}

/* The answer to an invite, from what its inner call answered. */
static struct json_object *
invite_object(const struct request *request, const struct invite *invite, struct json_object *inner,
    bool team)
{
	struct json_object *out = json_object_new_object();
	static const char *const kept[] = {
	    "id", "resource_type", "role_id", "valid_from", "valid_until"};
	const char *person_type = invite->person_store == STORE_USERS ? "User" : "Guest";
	const struct row *row = state_add(
	    request->sandbox->state, STORE_INVITES, 0, json_object_new_object(), 0);
	g_autofree char *now = request_now(request);
	int64_t inner_id = 0;

	json_integer(inner, "id", &inner_id);
	json_put_integer(out, "id", row->id);
	json_put_text(out, "resource_type", "Invite");
	fields_show(invite_fields, invite->fields, now, out);
	json_put_text(out, "created_at", now);
	json_put_text(out, "updated_at", now);
	json_put_text(out, "invitee_type", person_type);
	json_put_integer(out, "invitee_id", invite->person_id);
	show_typed_stub(request, out, "invitee", person_type, invite->person_id);
	json_put_integer(out, team ? "team_membership_id" : "role_assignment_id", inner_id);
	if (!team) {
		struct json_object *stub = json_object_new_object();
		for (size_t i = 0; i < G_N_ELEMENTS(kept); i++) {
			struct json_object *value;
			if (json_object_object_get_ex(inner, kept[i], &value))
				json_object_object_add(stub, kept[i], json_object_get(value));
		}
		json_object_object_add(out, "role_assignment", stub);
	}
	if (invite->access_key != NULL) {
		struct json_object *key = json_object_new_object();
		json_put_integer(key, "id", row->id);
		json_put_text(key, "resource_type", "AccessKey");
		fields_show(key_fields, invite->access_key, now, key);
		json_object_object_add(out, "access_key", key);
	}
	return out;
}

static void
carry_out(struct request *request, struct invite *invite)
{
	bool team = strcmp(json_text(invite->fields, "invites_to_type"), "Team") == 0;
	struct state *state = request->sandbox->state;

	if (!settle_person(request, invite))
		return;
	struct json_object *outer = request->body;
	struct json_object *body = inner_body(invite, team);
	request->body = body;
	resource_create(request, team ? &membership_resource : &assignment_resource);
	request->body = outer;
	json_object_put(body);
	/* The inner call says 404 for a person or target that is gone; neither can be, here. */
	bool done = request->answer.status == 200;
	struct json_object *out = done ? invite_object(request, invite, request->answer.body, team)
				       : NULL;
	if (invite->new_person && (!done || request->fired.on[FAULT_NOOP]))
		state_remove(state, invite->person_store,
		    state_find(state, invite->person_store, invite->person_id));
	if (done)
		answer_json(request, out);
}

static void
create_invite(struct request *request)
{
	struct json_object *body = request_body(request, "invite");
	struct invite invite = {0};

	if (body == NULL)
		return;
	struct json_object *errors = json_object_new_object();
	read_invite(request, body, &invite, errors);
	if (json_object_object_length(errors) > 0) {
		answer_errors(request, errors);
	} else {
		json_object_put(errors);
		carry_out(request, &invite);
	}
	json_object_put(invite.fields);
	json_object_put(invite.invitee);
	json_object_put(invite.access_key);
}

const struct route right_routes[] = {
    {"POST", "/invites", create_invite, false},
    {NULL, NULL, NULL, false},
};
