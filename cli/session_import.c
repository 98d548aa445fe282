/* The first half of a run: the sources are read, judged, and become what people are entitled to. */
#include "cli/fetch.h"
#include "cli/hold.h"
#include "cli/lists.h"
#include "cli/progress.h"
#include "cli/restored.h"
#include "cli/session.h"
#include "importers/import.h"
#include "reconcile/findings.h"

#include <string.h>

/* Rows that were refused, until the names of their files are known. */
struct taker {
	struct session *session;
	GArray *reject_files; /* of uint32_t: file of each reject this source added to the plan */
};

static void
take_record(void *user, const struct record *record)
{
	struct taker *taker = user;
	const struct session *session = taker->session;
	entitle_record(session->entitlement, record);
	givers_take(session->givers, record);
	if (session->census != NULL)
		census_take(
		    session->census, record, session->setup.policies[record->place.source].system);
}

static void
take_reject(void *user, const struct record_reject *found)
{
	struct taker *taker = user;
	struct session *session = taker->session;
	const char *source = session->setup.policies[found->place.source].name;
	struct reject *reject = g_new0(struct reject, 1);
	*reject = (struct reject){.source = plan_text(session->plan, source),
	    .row = found->place.row,
	    .line = found->place.line,
	    .reason = plan_text(session->plan, found->reason),
	    .email = found->email != NULL ? plan_text(session->plan,
						config_person(session->setup.config, found->email))
					  : NULL};
	g_ptr_array_add(session->plan->rejects, reject);
	g_array_append_val(taker->reject_files, found->place.file);
	/* What has not the look of a record is nobody's. */
	if (found->record_like)
		givers_reject(session->givers, found->place.source, found->id,
		    found->email != NULL ? config_person(session->setup.config, found->email)
					 : NULL);
}

static void
take_note(void *user, const struct record_note *note)
{
	struct taker *taker = user;
	struct session *session = taker->session;
	const char *source = session->setup.policies[note->place.source].name;
	char *subject = g_strconcat(source, "\n", note->subject != NULL ? note->subject : "", NULL);
	finding_add_of_source(
	    session->plan, note->kind, source, "", note->email, subject, "%s", note->text);
	g_free(subject);
}

/* The names of files are known when the import is over. */
static void
name_reject_files(const struct taker *taker, const struct import_facts *facts)
{
	GPtrArray *rejects = taker->session->plan->rejects;
	guint first = rejects->len - taker->reject_files->len;
	for (guint i = 0; i < taker->reject_files->len; i++) {
		struct reject *reject = g_ptr_array_index(rejects, first + i);
		uint32_t file = g_array_index(taker->reject_files, uint32_t, i);
		reject->file =
		    ((const struct file_facts *)g_ptr_array_index(facts->files, file))->name;
	}
}

/* Of what recurs without end, what entitle.h keeps and what runs until the next good import may want to place. */
#define SERIES_MARGIN (31 * INSTANT_DAY)

static struct interval
series_span(const struct session *session)
{
	const struct config *config = session->setup.config;
	instant now = session->options->now;
	return (struct interval){now - ENTITLE_PAST - SERIES_MARGIN,
	    now + config->schedule.lookahead + config->schedule.run_every + SERIES_MARGIN};
}

/* What the last run fetched stands in for the address. */
static struct import_facts *
import_saved(struct session *session, const struct source_config *source, guint i,
    const struct record_sink *sink)
{
	const struct profile *profile = g_ptr_array_index(session->setup.profiles, i);
	g_autoptr(GError) trouble = NULL;
	g_autoptr(GPtrArray)
	    files = fetch_last(session->setup.config, source, session->options, &trouble);
	if (files != NULL)
		return import_files(source, i, profile, files, series_span(session), sink);
	struct import_facts *facts = import_facts_new(source->name, profile_kind(profile));
	if (trouble != NULL)
		import_facts_refuse(facts, NULL, "source %s: %s", source->name, trouble->message);
	else
		import_facts_refuse(facts, "`plan` fetches it (without --now)",
		    "source %s: was never fetched here", source->name);
	return facts;
}

/* What cannot be fetched whole is a refused source: it must never look like an empty one, nor end the run. */
static struct import_facts *
import_fetched(struct session *session, const struct source_config *source, guint i,
    const struct record_sink *sink)
{
	const struct config *config = session->setup.config;
	const struct profile *profile = g_ptr_array_index(session->setup.profiles, i);
	struct import_facts *facts = NULL;
	GError *trouble = NULL;
	struct saved *saved = fetch_source(config, source, profile_fetch(profile),
	    session->options->now, *session->run.id != '\0' ? session->run.id : NULL, &trouble);
	if (saved != NULL) {
		facts = import_files(
		    source, i, profile, saved_files(saved), series_span(session), sink);
		if (*session->run.id != '\0')
			fetch_clear(session->store, config, source);
	} else {
		facts = import_facts_new(source->name, profile_kind(profile));
		import_facts_refuse(
		    facts, NULL, "source %s: not fetched: %s", source->name, trouble->message);
		g_error_free(trouble);
	}
	saved_close(saved);
	return facts;
}

static struct import_facts *
import_into(struct session *session, const struct source_config *source, guint i,
    const struct record_sink *sink)
{
	if (source->file != NULL)
		return import_source(source, i, g_ptr_array_index(session->setup.profiles, i),
		    series_span(session), sink);
	return session->offline ? import_saved(session, source, i, sink)
				: import_fetched(session, source, i, sink);
}

static void
import_one(struct session *session, guint i)
{
	struct taker taker = {session, g_array_new(FALSE, FALSE, sizeof(uint32_t))};
	struct record_sink sink = {take_record, take_reject, take_note, &taker};
	const struct source_config *source = g_ptr_array_index(session->setup.config->sources, i);
	struct import_facts *facts = import_into(session, source, i, &sink);
	g_ptr_array_index(session->imports, i) = facts;
	name_reject_files(&taker, facts);
	g_array_unref(taker.reject_files);
}

/* What is referred to is imported before what refers to it. */
static void
import_all(struct session *session)
{
	guint n = session->setup.config->sources->len;
	progress_begin("Reading exports");
	for (int kind = 0; kind < RECORD_KINDS; kind++) {
		for (guint i = 0; i < n; i++) {
			progress_tick();
			if ((int)session->setup.policies[i].kind == kind)
				import_one(session, i);
		}
	}
	progress_end();
}

void
session_reread(struct session *session, const struct record_sink *sink)
{
	const GPtrArray *sources = session->setup.config->sources;
	for (int kind = 0; kind < RECORD_KINDS; kind++) {
		for (guint i = 0; i < sources->len; i++) {
			if ((int)session->setup.policies[i].kind != kind)
				continue;
			struct source_config source = *(
			    const struct source_config *)g_ptr_array_index(sources, i);
			source.attendees = source.guests = 1;
			import_facts_free(import_into(session, &source, i, sink));
		}
	}
}

static void
hash_inputs(struct session *session)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	for (guint i = 0; i < session->imports->len; i++) {
		const struct import_facts *facts = g_ptr_array_index(session->imports, i);
		g_checksum_update(
		    sum, (const guchar *)facts->source, (gssize)strlen(facts->source) + 1);
		for (guint j = 0; j < facts->files->len; j++) {
			const struct file_facts *file = g_ptr_array_index(facts->files, j);
			g_checksum_update(
			    sum, (const guchar *)file->name, (gssize)strlen(file->name) + 1);
			if (file->sha256 != NULL)
				g_checksum_update(sum, (const guchar *)file->sha256, -1);
		}
	}
	session->plan->hash_inputs = g_strdup(g_checksum_get_string(sum));
	g_checksum_free(sum);
}

/* An export is as old as its oldest file.  In place of a refused one stands the last that was good. */
static instant
export_made(const struct session *session, guint source)
{
	const struct import_facts *facts = g_ptr_array_index(session->imports, source);
	const struct last_import *last = history_import(
	    session->history, session->setup.policies[source].name);
	instant made = INSTANT_NEVER;
	if (session->refused[source])
		return last != NULL ? last->as_of : INSTANT_NEVER;
	for (guint i = 0; i < facts->files->len; i++) {
		const struct file_facts *file = g_ptr_array_index(facts->files, i);
		made = MIN(made, file->modified);
	}
	return made;
}

static void
date_exports(struct session *session)
{
	for (guint i = 0; i < session->imports->len; i++) {
		if (session->setup.policies[i].logged)
			entitle_export(
			    session->entitlement, i, !session->refused[i], export_made(session, i));
	}
}

/* While its export is in doubt a log gives what is new, and takes nothing: it cannot know what else changed. */
static void
doubt_logs(struct session *session)
{
	const struct config *config = session->setup.config;
	for (guint i = 0; i < config->sources->len; i++) {
		const struct source_config *export = config_log_of(config, i);
		guint number;
		if (export != NULL && g_ptr_array_find(config->sources, export, &number))
			session->doubted[i] |= session->refused[number] || session->doubted[number];
	}
}

static void
keep_block(struct session *session, guint i, const char *email)
{
	const char *person = config_person(session->setup.config, email);
	enum entitle_doubt doubt = ENTITLE_CERTAIN;
	if (session->refused[i] || givers_unread(session->givers, i, person))
		doubt = ENTITLE_UNREAD;
	else if (guard_accepts(session->accepted, session->setup.policies[i].name))
		doubt = ENTITLE_ACCEPTED;
	entitle_still_blocked(session->entitlement, i, person, doubt);
}

static bool
is_configured(const struct session *session, const char *source)
{
	for (guint i = 0; i < session->imports->len; i++) {
		if (strcmp(session->setup.policies[i].name, source) == 0)
			return true;
	}
	return false;
}

/* A list of people that is new, while another is gone from the configuration, may be that one under another name. */
static void
keep_blocks_of_former(struct session *session, guint i)
{
	const GArray *imports = session->history->imports;
	for (guint k = 0; k < imports->len; k++) {
		const struct last_import *last = &g_array_index(imports, struct last_import, k);
		if (is_configured(session, last->source))
			continue;
		for (guint j = 0; j < last->blocked->len; j++)
			keep_block(session, i, g_ptr_array_index(last->blocked, j));
	}
}

/* Blocks are never lifted by damage: only a row that says otherwise does, or leave given for the whole export. */
static void
keep_blocks(struct session *session)
{
	for (guint i = 0; i < session->imports->len; i++) {
		const struct last_import *last = history_import(
		    session->history, session->setup.policies[i].name);
		if (session->refused[i])
			entitle_refuse(session->entitlement, i);
		for (guint j = 0; last != NULL && j < last->blocked->len; j++)
			keep_block(session, i, g_ptr_array_index(last->blocked, j));
		if (last == NULL && session->setup.policies[i].kind == RECORD_PERSON)
			keep_blocks_of_former(session, i);
	}
}

static void
list_sources(struct session *session)
{
	for (guint i = 0; i < session->imports->len; i++) {
		const struct import_facts *facts = g_ptr_array_index(session->imports, i);
		const struct source_config *source = g_ptr_array_index(
		    session->setup.config->sources, i);
		struct source_result *result = g_new0(struct source_result, 1);
		instant oldest = INSTANT_NEVER;
		for (guint j = 0; j < facts->files->len; j++)
			oldest = MIN(
			    oldest, ((const struct file_facts *)g_ptr_array_index(facts->files, j))
					->modified);
		*result = (struct source_result){.facts = facts,
		    .profile = plan_text(session->plan, source->profile),
		    .refused = session->refused[i],
		    .doubtful = session->doubted[i],
		    .reason = guard_reason(session->plan, source->name),
		    .age = facts->files->len > 0 ? MAX(session->options->now - oldest, 0) : -1};
		g_ptr_array_add(session->plan->sources, result);
	}
}

/* Of a source that is refused or doubtful: how many keep what it gave. */
static void
count_kept(struct session *session)
{
	const GArray *known = givers_all(session->givers);
	for (guint i = 0; i < session->plan->sources->len; i++) {
		struct source_result *result = g_ptr_array_index(session->plan->sources, i);
		g_autoptr(GHashTable) people = g_hash_table_new(NULL, NULL);
		for (guint j = 0; j < known->len; j++) {
			const struct known_giver *one = &g_array_index(
			    known, struct known_giver, j);
			if (one->account.standing == STANDING_KEPT &&
			    one->giver->span.until > session->options->now &&
			    g_strcmp0(one->account.scope, result->facts->source) == 0)
				g_hash_table_add(people, GUINT_TO_POINTER(one->person + 1));
		}
		result->kept = g_hash_table_size(people);
	}
}

/* Without the memory of them, a broken export would leave everybody outside whose turn comes meanwhile. */
static bool
can_stand_in(const struct session *session)
{
	return session->undo == NULL && givers_all(session->givers)->len > 0;
}

bool
session_usable(const struct session *session, GError **error)
{
	return session->unusable == NULL ||
	       fail(error, EXIT_BAD_INPUT, NULL, "%s", session->unusable);
}

static bool
any_usable(struct session *session, GError **error)
{
	for (guint i = 0; i < session->imports->len; i++) {
		if (!session->refused[i])
			return true;
	}
	GString *why = g_string_new("no usable input");
	for (guint i = 0; i < session->plan->verdicts->len; i++) {
		const struct verdict *verdict = g_ptr_array_index(session->plan->verdicts, i);
		if (verdict->tripped && guard_is_about_source(verdict->guard))
			g_string_append_printf(why, "\nsource %s: %s%s%s", verdict->scope,
			    verdict->text, verdict->hint != NULL ? "\nhint: " : "",
			    verdict->hint != NULL ? verdict->hint : "");
	}
	for (guint i = 0; i < session->imports->len; i++) {
		if (session->accept[i] != NULL)
			g_string_append_printf(why, "\nhint: %s", session->accept[i]);
	}
	session->unusable = g_string_free(why, FALSE);
	return can_stand_in(session) || session_usable(session, error);
}

static void
free_facts(gpointer p)
{
	import_facts_free(p);
}

/* The command that carries such a plan out. */
static const char *
command_text(const struct session *session)
{
	char *words = session->undo != NULL ? g_strdup_printf("revert %s --apply", session->undo)
					    : g_strdup("apply");
	char *command = options_command(session->options, words);
	const char *kept = plan_text(session->plan, command);
	g_free(command);
	g_free(words);
	return kept;
}

bool
session_import(struct session *session, GError **error)
{
	const struct setup *setup = &session->setup;
	guint n = setup->config->sources->len;
	session->imports = g_ptr_array_new_with_free_func(free_facts);
	g_ptr_array_set_size(session->imports, (int)n);
	session->refused = g_new0(bool, n);
	session->doubted = g_new0(bool, n);
	session->accept = g_new0(const char *, n);
	session->accepted = options_accepted(session->options);
	session->hold = hold_reason(setup->config);
	if (session->store != NULL)
		session->restored = restored_reason(session->store, setup->config->state.database);
	session->givers = givers_new(
	    setup->config, setup->policies, session->history, session->options->now);
	session->facts = (struct guard_facts){.imports = session->imports,
	    .refused = session->refused,
	    .doubted = session->doubted,
	    .accept = session->accept,
	    .accepted = session->accepted,
	    .givers = session->givers,
	    .latest = MAX(session->options->now, options_clock()),
	    .only_person = session->only_person,
	    .only_group = session->options->only_group,
	    .hold = session->hold,
	    .restored = session->restored,
	    .command = command_text(session)};
	lists_keep(session);
	session->entitlement = entitlement_new(
	    setup->config, setup->policies, session->options->now, session->plan);
	import_all(session);
	hash_inputs(session);
	guard_inputs(setup->config, setup->policies, &session->facts, session->history,
	    session->options->now, session->plan);
	keep_blocks(session);
	date_exports(session);
	doubt_logs(session);
	list_sources(session);
	session->entitled = entitle_finish(session->entitlement);
	givers_settle(session->givers, session->entitled, session->refused, session->doubted);
	count_kept(session);
	return any_usable(session, error);
}
