/*
 * fleet: the same command for many organisations, DIR/NAME.ini each: one child an organisation, some at a time, and what became of
 * them.  Organisations share nothing: one that fails neither stops nor hides another.
 */
#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/instance.h"
#include "cli/output.h"
#include "cli/setup.h"
#include "cli/secret.h"
#include "store/store.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define JOBS_A_CORE 4 /* a run waits for Kisi nearly all of the time */
#define JOBS_MOST 1000
#define SHARDS_MOST 100000

enum state { WAITING, RUNNING, ENDED };

struct member {
	char *name, *config;
	char *database; /* NULL: the configuration cannot be read, as its run will say */
	char *key;	/* digest of the key file; NULL: none */
	enum state state;
	pid_t pid;
	int output; /* what it prints */
	int code;
	int64_t began, took; /* microseconds */
};

struct fleet {
	const struct options *options;
	const char *command;
	char *program, *states; /* $STATE_DIRECTORY of the fleet; NULL */
	GPtrArray *members;	/* of struct member *, by name */
	unsigned jobs;
};

static volatile sig_atomic_t told;

static void
on_signal(int number)
{
	told = number;
}

static void
member_free(gpointer p)
{
	struct member *member = p;
	g_free(member->name);
	g_free(member->config);
	g_free(member->database);
	g_free(member->key);
	g_free(member);
}

/* ---- who belongs to it ---- */

struct shard {
	int64_t number, of;
};

/* Slurm counts from where the array begins; Kubernetes does not say how many there are. */
static bool
shard_of_engine(struct shard *shard)
{
	const char *task = g_getenv("SLURM_ARRAY_TASK_ID");
	const char *first = g_getenv("SLURM_ARRAY_TASK_MIN");
	const char *count = g_getenv("SLURM_ARRAY_TASK_COUNT");
	const char *index = g_getenv("JOB_COMPLETION_INDEX");
	int64_t base = 0;
	if (shard->of == 0 && count != NULL && !text_number(count, 1, SHARDS_MOST, &shard->of))
		return false;
	if (task == NULL)
		return index != NULL && text_number(index, 0, shard->of - 1, &shard->number);
	if (first != NULL && !text_number(first, 0, INT32_MAX, &base))
		return false;
	if (!text_number(task, base, INT32_MAX, &shard->number))
		return false;
	shard->number -= base;
	return shard->number < shard->of;
}

static bool
read_shard(const char *text, struct shard *shard, GError **error)
{
	*shard = (struct shard){0, 1};
	if (text == NULL && g_getenv("SLURM_ARRAY_TASK_ID") == NULL)
		return true;
	g_auto(GStrv) parts = g_strsplit(text != NULL ? text : "", "/", 2);
	bool good = true;
	shard->of = 0;
	if (g_strv_length(parts) == 2)
		good = text_number(parts[1], 1, SHARDS_MOST, &shard->of) &&
		       text_number(parts[0], 0, shard->of - 1, &shard->number);
	else
		good = (text == NULL || text_number(text, 1, SHARDS_MOST, &shard->of)) &&
		       shard_of_engine(shard);
	return good || fail(error, EXIT_BAD_USAGE,
			   "I/N with I from 0; N alone under Slurm or Kubernetes, which say I",
			   "--shard: not a part of the fleet: \"%s\"", text != NULL ? text : "");
}

/* The same on every machine and in every version: who moves to another part runs twice, or not at all. */
static bool
in_shard(const char *name, const struct shard *shard)
{
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, name, -1);
	sum[8] = '\0';
	return (int64_t)(g_ascii_strtoull(sum, NULL, 16) % (guint64)shard->of) == shard->number;
}

static void
use_state(const struct fleet *fleet, const char *name)
{
	if (fleet->states == NULL)
		return;
	g_autofree char *folder = g_build_filename(fleet->states, name, NULL);
	g_setenv("STATE_DIRECTORY", folder, TRUE);
}

/* What two organisations must not share.  What is wrong with one of them its own run says. */
static void
look_at(const struct fleet *fleet, struct member *member)
{
	struct options options = {
	    .config = member->config, .instance = member->name, .now = fleet->options->now};
	struct setup setup;
	bool exposed;
	use_state(fleet, member->name);
	if (setup_config(&options, &setup, NULL)) {
		g_autofree char *path = setup_key_source(setup.config, &exposed);
		char *key = secret_read(path, "the API key", NULL);
		member->database = g_strdup(setup.config->state.database);
		if (key != NULL)
			member->key = g_compute_checksum_for_string(
			    G_CHECKSUM_SHA256, g_strstrip(key), -1);
		secret_free(key);
	}
	setup_done(&setup);
}

static int
by_name(gconstpointer a, gconstpointer b)
{
	return strcmp((*(struct member *const *)a)->name, (*(struct member *const *)b)->name);
}

static bool
gather(struct fleet *fleet, const char *folder, const struct shard *shard, GError **error)
{
	GError *cause = NULL;
	GDir *dir = g_dir_open(folder, 0, &cause);
	const char *file = NULL;
	if (dir == NULL) {
		fail(error, EXIT_BAD_CONFIG, "organisations are NAME.ini in it", "%s",
		    cause->message);
		g_error_free(cause);
		return false;
	}
	while (cause == NULL && (file = g_dir_read_name(dir)) != NULL) {
		if (!g_str_has_suffix(file, ".ini") || *file == '.')
			continue;
		g_autofree char *name = g_strndup(file, strlen(file) - strlen(".ini"));
		if (!instance_check(name, &cause) || !in_shard(name, shard))
			continue;
		struct member *member = g_new0(struct member, 1);
		member->name = g_steal_pointer(&name);
		member->config = g_build_filename(folder, file, NULL);
		member->output = -1;
		g_ptr_array_add(fleet->members, member);
	}
	g_dir_close(dir);
	g_ptr_array_sort(fleet->members, by_name);
	if (cause == NULL)
		return true;
	g_propagate_prefixed_error(error, cause, "%s/%s: ", folder, file);
	return false;
}

static bool
same_file(const char *a, const char *b)
{
	struct stat one, other;
	if (strcmp(a, b) == 0)
		return true;
	return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
	       one.st_ino == other.st_ino;
}

/* Two organisations in one state would take each other's access away. */
static bool
check_states(const struct fleet *fleet, GError **error)
{
	for (guint i = 0; i < fleet->members->len; i++) {
		const struct member *one = g_ptr_array_index(fleet->members, i);
		for (guint j = 0; one->database != NULL && j < i; j++) {
			const struct member *other = g_ptr_array_index(fleet->members, j);
			if (other->database != NULL && same_file(one->database, other->database))
				return fail(error, EXIT_BAD_CONFIG,
				    "give each organisation a [state] database of its own",
				    "%s and %s have the same state: %s", other->name, one->name,
				    one->database);
		}
	}
	return true;
}

/* ---- running them ---- */

static void
begin_child(gpointer user)
{
	const struct member *member = user;
	(void)dup2(member->output, STDOUT_FILENO);
}

static void
start(const struct fleet *fleet, struct member *member)
{
	char now[INSTANT_TEXT];
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	const char *const fixed[] = {
	    fleet->program, "--instance", member->name, "-c", member->config, fleet->command};
	for (size_t i = 0; i < G_N_ELEMENTS(fixed); i++)
		g_ptr_array_add(words, (gpointer)fixed[i]);
	if (strcmp(fleet->command, "status") != 0 || fleet->options->quiet)
		g_ptr_array_add(words, (gpointer) "-q");
	if (fleet->options->now_given) {
		g_ptr_array_add(words, (gpointer) "--now");
		g_ptr_array_add(words, instant_format(fleet->options->now, now));
	}
	g_ptr_array_add(words, NULL);
	use_state(fleet, member->name);
	FILE *output = tmpfile();
	member->output = output != NULL ? dup(fileno(output)) : -1;
	member->began = g_get_monotonic_time();
	member->state = RUNNING;
	if (!g_spawn_async(NULL, (char **)words->pdata, NULL, G_SPAWN_DO_NOT_REAP_CHILD,
		begin_child, member, &member->pid, NULL)) {
		member->state = ENDED;
		member->code = EXIT_FAILED;
	}
	if (output != NULL)
		fclose(output);
}

/* What it printed, each line behind its name, unless it stands in it already. */
static void
show(const struct fleet *fleet, const struct member *member)
{
	bool named = strcmp(fleet->command, "status") == 0;
	bool shown = g_strcmp0(fleet->options->json, "-") != 0;
	FILE *output = member->output >= 0 ? fdopen(member->output, "r") : NULL;
	char *line = NULL;
	size_t room = 0;
	if (output == NULL)
		return;
	rewind(output);
	while (getline(&line, &room, output) > 0) {
		g_strchomp(line);
		if (shown)
			printf("%s%s%s\n", named ? "" : member->name, named ? "" : ": ", line);
	}
	free(line);
	fclose(output);
	fflush(stdout);
}

/* Those that share a key share what Kisi allows it: one after the other. */
static bool
may_start(const struct fleet *fleet, const struct member *member)
{
	for (guint i = 0; i < fleet->members->len; i++) {
		const struct member *other = g_ptr_array_index(fleet->members, i);
		if (other->state == RUNNING && member->key != NULL &&
		    g_strcmp0(other->key, member->key) == 0)
			return false;
	}
	return member->state == WAITING;
}

static unsigned
count(const struct fleet *fleet, enum state state)
{
	unsigned n = 0;
	for (guint i = 0; i < fleet->members->len; i++)
		n += ((const struct member *)g_ptr_array_index(fleet->members, i))->state == state;
	return n;
}

static void
start_more(const struct fleet *fleet)
{
	unsigned running = count(fleet, RUNNING);
	for (guint i = 0; i < fleet->members->len && running < fleet->jobs && told == 0; i++) {
		struct member *member = g_ptr_array_index(fleet->members, i);
		if (!may_start(fleet, member))
			continue;
		start(fleet, member);
		running += member->state == RUNNING;
	}
}

static void
pass_on(const struct fleet *fleet, int number)
{
	for (guint i = 0; i < fleet->members->len; i++) {
		const struct member *member = g_ptr_array_index(fleet->members, i);
		if (member->state == RUNNING)
			kill(member->pid, number);
	}
}

static void
note_end(const struct fleet *fleet, pid_t pid, int status)
{
	for (guint i = 0; i < fleet->members->len; i++) {
		struct member *member = g_ptr_array_index(fleet->members, i);
		if (member->state != RUNNING || member->pid != pid)
			continue;
		member->state = ENDED;
		member->code = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILED;
		member->took = g_get_monotonic_time() - member->began;
		show(fleet, member);
	}
}

static void
run_all(const struct fleet *fleet)
{
	struct sigaction action = {.sa_handler = on_signal};
	bool passed = false;
	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	for (start_more(fleet); count(fleet, RUNNING) > 0; start_more(fleet)) {
		int status;
		pid_t pid = waitpid(-1, &status, 0);
		if (told != 0 && !passed)
			pass_on(fleet, told);
		passed = told != 0;
		if (pid > 0)
			note_end(fleet, pid, status);
	}
}

/* ---- what became of them ---- */

/* The worst first; what is in no list is an error. */
static int
worst(const struct fleet *fleet)
{
	static const int order[] = {EXIT_FAILED, EXIT_BAD_CONFIG, EXIT_NO_KISI, EXIT_BAD_INPUT,
	    EXIT_PARTLY, EXIT_LOCKED, EXIT_HELD, EXIT_PENDING, EXIT_IN_STEP};
	size_t at = G_N_ELEMENTS(order) - 1;
	for (guint i = 0; i < fleet->members->len; i++) {
		const struct member *member = g_ptr_array_index(fleet->members, i);
		size_t here = 0;
		while (here < G_N_ELEMENTS(order) && order[here] != member->code)
			here++;
		/* Who was not run is what is not done. */
		if (member->state != ENDED)
			here = 4;
		at = MIN(at, here == G_N_ELEMENTS(order) ? 0 : here);
	}
	return order[at];
}

/* The line that the run left.  Caller frees; NULL: none. */
static char *
summary_of(const struct fleet *fleet, const struct member *member)
{
	const char *command = strcmp(fleet->command, "plan") == 0 ? "plan" : "apply";
	struct run_last last;
	if (member->database == NULL ||
	    !store_look_last(member->database, command, false, &last, NULL))
		return NULL;
	return g_steal_pointer(&last.summary);
}

static void
print_table(const struct fleet *fleet)
{
	int width = 12;
	unsigned good = 0;
	for (guint i = 0; i < fleet->members->len; i++)
		width = MAX(width,
		    (int)strlen(((struct member *)g_ptr_array_index(fleet->members, i))->name));
	printf("%-*s  exit  seconds  last run\n", width, "organisation");
	for (guint i = 0; i < fleet->members->len; i++) {
		const struct member *member = g_ptr_array_index(fleet->members, i);
		g_autofree char *summary = summary_of(fleet, member);
		g_autofree char *printable = text_printable(summary != NULL ? summary : "");
		if (member->state != ENDED)
			printf("%-*s     -        -  not run\n", width, member->name);
		else
			printf("%-*s  %4d  %7.1f  %s\n", width, member->name, member->code,
			    (double)member->took / G_USEC_PER_SEC, printable);
		good += member->state == ENDED && member->code == EXIT_IN_STEP;
	}
	printf("%u organisation%s, %u in step\n", fleet->members->len,
	    fleet->members->len == 1 ? "" : "s", good);
}

static bool
write_json(const struct fleet *fleet, GError **error)
{
	struct json_object *document = json_object_new_object(), *list = json_object_new_array();
	json_put_integer(document, "format_version", 1);
	json_put_text(document, "command", fleet->command);
	json_put_integer(document, "exit", worst(fleet));
	for (guint i = 0; i < fleet->members->len; i++) {
		const struct member *member = g_ptr_array_index(fleet->members, i);
		struct json_object *object = json_object_new_object();
		g_autofree char *summary = summary_of(fleet, member);
		json_put_text(object, "organization", member->name);
		json_put_boolean(object, "run", member->state == ENDED);
		json_put_integer(object, "exit", member->code);
		json_put_integer(object, "milliseconds", member->took / 1000);
		json_put_text(object, "summary", summary);
		json_object_array_add(list, object);
	}
	json_object_object_add(document, "organizations", list);
	g_autofree char *text = g_strconcat(json_compact(document), "\n", NULL);
	bool good = output_json(fleet->options, text, error);
	json_object_put(document);
	return good;
}

/* ---- the command ---- */

static bool
read_words(struct fleet *fleet, char **words, GError **error)
{
	static const char *const known[] = {"apply", "plan", "check", "status", NULL};
	int64_t jobs = JOBS_A_CORE * (int64_t)g_get_num_processors();
	if (!g_strv_contains(known, words[0]))
		return fail(error, EXIT_BAD_USAGE,
		    "kisi-reconcile fleet apply|plan|check|status DIR",
		    "fleet: no command for many: \"%s\"", words[0]);
	if (fleet->options->jobs != NULL && !text_number(fleet->options->jobs, 1, JOBS_MOST, &jobs))
		return fail(error, EXIT_BAD_USAGE, NULL,
		    "--jobs: not a number from 1 to %d: \"%s\"", JOBS_MOST, fleet->options->jobs);
	fleet->command = words[0];
	fleet->jobs = (unsigned)jobs;
	return true;
}

static bool
prepare(struct fleet *fleet, char **words, GError **error)
{
	struct shard shard;
	if (!read_words(fleet, words, error) || !read_shard(fleet->options->shard, &shard, error))
		return false;
	g_autofree char *folder = g_canonicalize_filename(words[1], NULL);
	fleet->program = g_file_read_link("/proc/self/exe", NULL);
	fleet->states = g_strdup(g_getenv("STATE_DIRECTORY"));
	if (fleet->program == NULL)
		return fail(error, EXIT_FAILED, "is /proc there?", "fleet: cannot find itself");
	if (!gather(fleet, folder, &shard, error))
		return false;
	for (guint i = 0; i < fleet->members->len; i++)
		look_at(fleet, g_ptr_array_index(fleet->members, i));
	return check_states(fleet, error);
}

static int
cmd_fleet(const struct options *options, char **words, GError **error)
{
	struct fleet fleet = {
	    .options = options, .members = g_ptr_array_new_with_free_func(member_free)};
	GError *cause = NULL;
	int code = EXIT_FAILED;
	if (prepare(&fleet, words, &cause)) {
		run_all(&fleet);
		code = worst(&fleet);
		if (!options->quiet && strcmp(fleet.command, "status") != 0 &&
		    g_strcmp0(options->json, "-") != 0)
			print_table(&fleet);
		if (options->json != NULL)
			write_json(&fleet, &cause);
	}
	g_ptr_array_unref(fleet.members);
	g_free(fleet.program);
	g_free(fleet.states);
	if (cause == NULL)
		return code;
	code = cause->code;
	g_propagate_error(error, cause);
	return code;
}

const struct command command_fleet = {
    .name = "fleet",
    .arguments = "COMMAND DIR",
    .missing = "which of apply, plan, check and status, and which folder?",
    .least = 2,
    .most = 2,
    .summary = "apply, plan, check or status for every organisation DIR/NAME.ini",
    .options = OPTION(JSON) | OPTION(JOBS) | OPTION(SHARD),
    .exits = {EXIT_FAILED, EXIT_PENDING, EXIT_HELD, EXIT_PARTLY, EXIT_LOCKED, EXIT_BAD_INPUT,
	EXIT_NO_KISI, EXIT_BAD_CONFIG},
    .run = cmd_fleet,
};
