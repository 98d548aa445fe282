/* init: a first configuration to edit, from exports and Kisi's state. */
#include "cli/commands.h"

#include "base/text.h"
#include "base/zone.h"
#include "cli/say.h"
#include "cli/session.h"
#include "cli/setup.h"
#include "importers/describe.h"
#include "importers/import.h"
#include "kisi/fetch.h"
#include "kisi/snapshot_file.h"
#include "reconcile/suggest.h"
#include "reports/starter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define USUAL_OUTPUT "kisi-reconcile.ini"

/* Of what recurs without end, the names of two months each way are enough. */
#define AROUND (62 * INSTANT_DAY)

struct beginning {
	const struct options *options;
	char *folder; /* of the configuration: where its relative paths begin */
	char **profile_names;
	GPtrArray
	    *profiles; /* of struct profile *, by the same numbers: all there are, and `only` */
	struct profile *only; /* the one that was asked for; NULL */
	enum record_kind kind;
	struct snapshot *snapshot;
	struct census *census;
	const char *system; /* of the export at hand; NULL */
	GString *locations; /* of the export at hand */
	GHashTable *named;  /* set of char *: addresses of the people of all exports */
	struct interval around;
	struct starter starter;
	GStringChunk *texts; /* of the dry run */
};

/* ---- Kisi ---- */

/* Without a configuration there is only what the command line and the environment say. */
static struct config *
bare_config(const struct options *options, GError **error)
{
	static const char text[] = "[source none]\nprofile = none\nfile = none\n";
	struct config *config = config_read(text, "init", ".", error);
	if (config == NULL)
		return NULL;
	if (options->base_url != NULL) {
		g_free(config->kisi.base_url);
		config->kisi.base_url = g_strdup(options->base_url);
	}
	config->kisi.api_key_file = g_strdup(options->api_key_file);
	return config;
}

static struct snapshot *
read_kisi(const struct options *options, GError **error)
{
	if (options->snapshot != NULL)
		return snapshot_load(options->snapshot, error);
	struct config *config = bare_config(options, error);
	if (config == NULL)
		return NULL;
	setup_warn_key(config);
	if (!setup_has_key(config)) {
		config_free(config);
		fail(error, EXIT_BAD_CONFIG,
		    "save a key of Kisi in a file and name it with --api-key-file FILE; or take a "
		    "saved state with --snapshot FILE",
		    "no API key: init looks up the groups of Kisi");
		return NULL;
	}
	struct kisi_client *client = setup_connect(config, config->schedule.deadline, error);
	struct snapshot *snapshot = client != NULL ? kisi_fetch(client, options->now, NULL, error)
						   : NULL;
	kisi_close(client);
	config_free(config);
	return snapshot;
}

/* ---- exports ---- */

static void
profile_free_cb(gpointer p)
{
	profile_free(p);
}

static GPtrArray *
load_profiles(const struct beginning *b, GError **error)
{
	GPtrArray *profiles = g_ptr_array_new_with_free_func(profile_free_cb);
	for (char **name = b->profile_names; *name != NULL; name++) {
		struct profile *profile = profile_load(*name, b->options->profile_dir, ".", error);
		if (profile == NULL) {
			g_ptr_array_unref(profiles);
			return NULL;
		}
		g_ptr_array_add(profiles, profile);
	}
	return profiles;
}

/* As the configuration will name it: relative where the file lies below the configuration. */
static char *
path_from(const char *folder, const char *path)
{
	char *whole = g_canonicalize_filename(path, NULL);
	char *below = g_str_has_suffix(folder, "/") ? g_strdup(folder)
						    : g_strconcat(folder, "/", NULL);
	char *out = g_strdup(g_str_has_prefix(whole, below) ? whole + strlen(below) : whole);
	g_free(below);
	g_free(whole);
	return out;
}

/* Is the profile named by its path, not by its name among ours? */
static bool
is_path(const char *profile)
{
	return strchr(profile, '/') != NULL || g_str_has_suffix(profile, ".ini");
}

/* A path as `profile` of a source takes it: without a slash only what ends in .ini is one. */
static char *
own_path(const char *folder, const char *profile)
{
	g_autofree char *path = path_from(folder, profile);
	return is_path(path) ? g_steal_pointer(&path) : g_strconcat("./", path, NULL);
}

static bool
name_taken(const GPtrArray *sources, const char *name)
{
	for (guint i = 0; i < sources->len; i++) {
		if (strcmp(((const struct starter_source *)sources->pdata[i])->name, name) == 0)
			return true;
	}
	return false;
}

/* The file's name without its ending; with the folder's before it, and with a number, where that is taken. */
static char *
source_name(const GPtrArray *sources, const char *path)
{
	char *whole = g_canonicalize_filename(path, NULL), *above = g_path_get_dirname(whole);
	char *stem = g_path_get_basename(whole), *folder = g_path_get_basename(above);
	char *dot = strchr(stem + 1, '.');
	if (dot != NULL)
		*dot = '\0';
	char *name = g_strdup(stem);
	if (name_taken(sources, name)) {
		g_free(name);
		name = g_strconcat(folder, "-", stem, NULL);
	}
	for (unsigned n = 2; name_taken(sources, name); n++) {
		g_free(name);
		name = g_strdup_printf("%s-%u", stem, n);
	}
	/* What would end a section's title or a line cannot stand in one. */
	g_strdelimit(name, "[]\n\r\t", '-');
	g_free(stem);
	g_free(folder);
	g_free(above);
	g_free(whole);
	return name;
}

static void
note_person(struct beginning *b, const char *email)
{
	if (email != NULL && !g_hash_table_contains(b->named, email))
		g_hash_table_add(b->named, g_strdup(email));
}

static void
count_record(void *user, const struct record *record)
{
	struct beginning *b = user;
	note_person(b, record->person.email);
	for (size_t i = 0; i < record->n_attendees; i++)
		note_person(b, record->attendees[i].email);
	census_take(b->census, record, b->system);
	if (record->location != NULL && strstr(b->locations->str, record->location) == NULL)
		g_string_append_printf(b->locations, "%s\n", record->location);
}

static void
ignore_reject(void *user, const struct record_reject *reject)
{
}

static void
ignore_note(void *user, const struct record_note *note)
{
}

static const char *
place_zone(const struct kisi_place *place)
{
	return place != NULL && place->time_zone != NULL && zone_get(place->time_zone) != NULL
		   ? place->time_zone
		   : NULL;
}

/* The zone that all places share; NULL when they differ. */
static const char *
common_zone(const struct snapshot *snapshot)
{
	const char *zone = NULL;
	for (guint i = 0; i < snapshot->places->len; i++) {
		const char *own = place_zone(
		    &g_array_index(snapshot->places, struct kisi_place, i));
		if (own == NULL || (zone != NULL && strcmp(zone, own) != 0))
			return NULL;
		zone = own;
	}
	return zone;
}

static void
suggest_zone(const struct beginning *b, struct starter_source *source)
{
	char *text = g_strconcat(source->file, "\n", b->locations->str, NULL);
	const struct kisi_place *place = suggest_place(b->snapshot, text);
	const char *common = common_zone(b->snapshot);
	g_free(text);
	if (place_zone(place) != NULL) {
		source->zone = g_strdup(place->time_zone);
		source->zone_why = g_strdup_printf("that of %s", place->name);
	} else if (common != NULL) {
		source->zone = g_strdup(common);
		source->zone_why = g_strdup(
		    b->snapshot->places->len == 1 ? "that of the place" : "that of all places");
	}
}

/* Which resources and plans the export names.  Any zone and order of dates will do: times are not looked at. */
static void
take_census(struct beginning *b, const struct starter_source *source, char *path)
{
	struct record_sink sink = {count_record, ignore_reject, ignore_note, b};
	struct source_config config = source_config_plain(source->name, source->profile, path);
	g_string_truncate(b->locations, 0);
	if (source->local_times)
		config.timezone = (char *)"UTC";
	if (source->ambiguous_dates)
		config.date_order = g_strcmp0(source->date_order, "MDY") == 0 ? ORDER_MDY
									      : ORDER_DMY;
	for (guint i = 0; i < b->profiles->len; i++) {
		const struct profile *profile = b->profiles->pdata[i];
		if (b->only != NULL ? profile != b->only
				    : strcmp(b->profile_names[i], source->profile) != 0)
			continue;
		b->system = profile_policy(profile, &config).system;
		import_facts_free(
		    import_source(&config, b->starter.sources->len, profile, b->around, &sink));
	}
}

static void
source_free(gpointer p)
{
	struct starter_source *source = p;
	char *const texts[] = {source->name, source->profile, source->title, source->file,
	    source->zone, source->zone_why};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	g_free(source);
}

static void
take_export(struct beginning *b, char *path)
{
	struct starter_source *source = g_new0(struct starter_source, 1);
	source->name = source_name(b->starter.sources, path);
	source->file = path_from(b->folder, path);
	struct source_config config = source_config_plain(source->name, source->profile, path);
	struct description *found = describe_file(
	    &config, b->profiles, b->only, b->kind, b->around);
	const struct described_profile *best = description_best(found);
	if (best != NULL) {
		source->profile = b->only == NULL ? g_strdup(best->name)
				  : is_path(b->options->profile)
				      ? own_path(b->folder, b->options->profile)
				      : g_strdup(b->options->profile);
		source->title = g_strdup(best->title);
		source->rows = best->rows;
		source->rejected = best->rejected;
		source->log = best->log;
		source->local_times = found->needs_zone;
		source->ambiguous_dates = found->needs_order;
		source->date_order = found->order;
		if (!found->needs_order && date_evidence_answer(&found->dates) == DATES_EITHER)
			source->assumed_order = found->order;
		take_census(b, source, path);
		suggest_zone(b, source);
	} else {
		g_autofree char *word = text_shell(path);
		say_warning(
		    "%s: no profile reads it\nhint: kisi-reconcile describe %s says why, and with "
		    "--write-profile FILE writes one to edit",
		    path, word);
	}
	description_free(found);
	g_ptr_array_add(b->starter.sources, source);
}

/* ---- the whole ---- */

static bool
write_new(const char *path, const char *text, GError **error)
{
	if (strcmp(path, "-") == 0) {
		fputs(text, stdout);
		return true;
	}
	/* O_EXCL: what somebody has edited is never lost. */
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(error, EXIT_FAILED,
		    errno == EEXIST ? "name another file with -o, or - for standard output" : NULL,
		    "%s: %s", path, errno == EEXIST ? "is there already" : g_strerror(errno));
	FILE *out = fdopen(fd, "w");
	bool good = fputs(text, out) >= 0;
	good = fclose(out) == 0 && good;
	return good || fail(error, EXIT_FAILED, NULL, "%s: cannot be written", path);
}

/* ---- what an apply would take ---- */

/* Not the state of a venue that is at work already. */
#define TRIAL_STATE "[state]\ndatabase = .kisi-reconcile-init.db\n"

static int
compare_hands(gconstpointer p, gconstpointer q)
{
	const struct starter_hand *a = p, *b = q;
	int order = strcmp(a->email, b->email);
	return order != 0 ? order : (a->group_id > b->group_id) - (a->group_id < b->group_id);
}

/* What it would take, all of it or in part, that no record gives.  The texts of the plan end with it. */
static void
take_hands(struct beginning *b, const GPtrArray *changes)
{
	for (guint i = 0; i < changes->len; i++) {
		const struct change *change = g_ptr_array_index(changes, i);
		if (change->object != OBJECT_ASSIGNMENT || change_expected(change) ||
		    !change_takes_away(change, b->options->now))
			continue;
		struct starter_hand hand = {
		    .email = g_string_chunk_insert_const(b->texts, change->email),
		    .name = change->name != NULL
				? g_string_chunk_insert_const(b->texts, change->name)
				: NULL,
		    .group_id = change->group_id,
		    .group = g_string_chunk_insert_const(b->texts, change->group),
		    .valid = change->have};
		g_array_append_val(b->starter.by_hand, hand);
	}
}

/* Was every export read, so that nobody is missing by mistake? */
static bool
all_read(const struct session *session)
{
	for (guint i = 0; i < session->imports->len; i++) {
		if (session->refused[i])
			return false;
	}
	return true;
}

/*
 * A dry run of the draft tells what nobody would explain: by whatever makes a plan, so that it says the same.  Where it
 * cannot be made (a time zone is to be decided first), who is named by no export at all has to do.
 */
static void
try_draft(struct beginning *b)
{
	g_autofree char *draft = starter_text(&b->starter),
			*text = g_strconcat(TRIAL_STATE, draft, NULL),
			*path = g_build_filename(b->folder, "init.ini", NULL);
	struct options options = *b->options;
	options.config = path;
	options.config_text = text;
	options.only_person = options.only_group = NULL;
	struct session session;
	GError *trouble = NULL;
	bool good = session_open(&session, &options, &trouble) &&
		    session_look(&session, "plan", &trouble) &&
		    session_import(&session, &trouble) && all_read(&session);
	session.snapshot = b->snapshot;
	if (good)
		session.plan->hash_snapshot = snapshot_hash(b->snapshot);
	if (good && session_plan(&session, &trouble)) {
		b->starter.by_hand = g_array_new(FALSE, FALSE, sizeof(struct starter_hand));
		take_hands(b, session.plan->changes);
		take_hands(b, session.plan->held);
		g_array_sort(b->starter.by_hand, compare_hands);
	}
	session.snapshot = NULL;
	session_close(&session);
	g_clear_error(&trouble);
	if (b->starter.by_hand != NULL)
		suggest_by_hand(b->starter.rules, b->starter.by_hand);
	else
		suggest_unnamed(b->starter.rules, b->snapshot, b->named);
}

/* Beside the configuration, if there is a name free; NULL when there is nothing to list. */
static char *
write_grants(struct beginning *b, const char *output, GError **error)
{
	if (b->starter.by_hand == NULL || b->starter.by_hand->len == 0 || strcmp(output, "-") == 0)
		return NULL;
	g_autofree char *text = starter_grants(&b->starter), *path = NULL;
	for (unsigned n = 1; path == NULL || g_file_test(path, G_FILE_TEST_EXISTS); n++) {
		g_autofree char *name = n == 1 ? g_strdup("grants.csv")
					       : g_strdup_printf("grants-%u.csv", n);
		g_free(path);
		path = g_build_filename(b->folder, name, NULL);
	}
	return write_new(path, text, error) ? g_steal_pointer(&path) : NULL;
}

static void
tell(const struct beginning *b, const char *path)
{
	if (b->options->quiet || strcmp(path, "-") == 0)
		return;
	guint n = b->starter.sources->len;
	char *word = text_shell(path);
	say_note("%s: written, from %u export%s%s%s\n"
		 "hint: read and edit it, then: kisi-reconcile -c %s check",
	    path, n, n == 1 ? "" : "s",
	    b->starter.grants_file != NULL ? "; what was given by hand is listed in " : "",
	    b->starter.grants_file != NULL ? b->starter.grants_file : "", word);
	g_free(word);
}

static bool
any_read(const struct beginning *b)
{
	for (guint i = 0; i < b->starter.sources->len; i++) {
		if (((const struct starter_source *)b->starter.sources->pdata[i])->profile != NULL)
			return true;
	}
	return false;
}

static bool
begin(struct beginning *b, char **exports, GError **error)
{
	const char *output = b->options->output != NULL ? b->options->output : USUAL_OUTPUT;
	char *whole = g_canonicalize_filename(output, NULL);
	b->folder = strcmp(output, "-") == 0 ? g_get_current_dir() : g_path_get_dirname(whole);
	g_free(whole);
	if (strcmp(output, "-") != 0 && g_file_test(output, G_FILE_TEST_EXISTS))
		return fail(error, EXIT_FAILED,
		    "name another file with -o, or - for standard output", "%s: is there already",
		    output);
	b->profile_names = profile_names(b->options->profile_dir);
	b->profiles = load_profiles(b, error);
	if (b->profiles == NULL || !options_kind(b->options, &b->kind, error))
		return false;
	if (b->options->profile != NULL) {
		b->only = profile_load(b->options->profile, b->options->profile_dir, ".", error);
		if (b->only == NULL)
			return false;
		g_ptr_array_add(b->profiles, b->only);
	}
	b->snapshot = read_kisi(b->options, error);
	if (b->snapshot == NULL)
		return false;
	for (; *exports != NULL; exports++)
		take_export(b, *exports);
	if (!any_read(b))
		return fail(error, EXIT_BAD_INPUT,
		    "kisi-reconcile describe FILE says what it is, and with --write-profile FILE "
		    "writes a profile to edit",
		    "no profile reads any of these files");
	b->starter.snapshot = b->snapshot;
	if (b->snapshot->places->len == 1)
		b->starter.place_id = g_array_index(b->snapshot->places, struct kisi_place, 0).id;
	b->starter.rules = suggest_rules(
	    census_entries(b->census), b->snapshot, b->starter.place_id);
	try_draft(b);
	GError *trouble = NULL;
	g_autofree char *grants = write_grants(b, output, &trouble),
			*grants_file = grants != NULL ? path_from(b->folder, grants) : NULL;
	if (trouble != NULL) {
		g_propagate_error(error, trouble);
		return false;
	}
	b->starter.grants_file = grants_file;
	g_autofree char *text = starter_text(&b->starter);
	bool good = write_new(output, text, error);
	if (good)
		tell(b, output);
	return good;
}

static int
cmd_init(const struct options *options, char **words, GError **error)
{
	GError *cause = NULL;
	struct beginning b = {.options = options,
	    .census = census_new(),
	    .locations = g_string_new(NULL),
	    .named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	    .texts = g_string_chunk_new(1024),
	    .around = {options->now - AROUND, options->now + AROUND},
	    .starter = {.api_key_file = options->api_key_file,
		.base_url = options->base_url,
		.sources = g_ptr_array_new_with_free_func(source_free)}};
	bool good = begin(&b, words, &cause);
	int code = good ? EXIT_IN_STEP : cause->code;
	if (!good)
		g_propagate_error(error, cause);
	g_clear_pointer(&b.starter.rules, g_ptr_array_unref);
	g_ptr_array_unref(b.starter.sources);
	g_clear_pointer(&b.profiles, g_ptr_array_unref);
	g_strfreev(b.profile_names);
	snapshot_free(b.snapshot);
	census_free(b.census);
	g_string_free(b.locations, TRUE);
	g_hash_table_unref(b.named);
	g_clear_pointer(&b.starter.by_hand, g_array_unref);
	g_string_chunk_free(b.texts);
	g_free(b.folder);
	return code;
}

const struct command command_init = {
    .name = "init",
    .arguments = "EXPORT...",
    .missing = "which exports?",
    .least = 1,
    .most = G_MAXINT,
    .summary = "write a first configuration to edit, from exports and Kisi's groups",
    .options = OPTION(SNAPSHOT) | OPTION(OUTPUT) | OPTION(API_KEY_FILE) | OPTION(BASE_URL) |
	       OPTION(PROFILE) | OPTION(KIND),
    .exits = {EXIT_FAILED, EXIT_HELD, EXIT_BAD_INPUT, EXIT_NO_KISI, EXIT_BAD_CONFIG},
    .run = cmd_init,
};
