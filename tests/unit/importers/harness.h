#ifndef TESTS_IMPORTERS_HARNESS_H
#define TESTS_IMPORTERS_HARNESS_H

/* Import a text through a profile and write down what the sink was told, one line each. */

#include "importers/import.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#define PROFILES "importers/profiles"
#define SOURCES "fixtures/sources"
/* 2026-10-01 to 2027-01-01: series are expanded within. */
#define TRIAL_AROUND ((struct interval){1790812800, 1798761600})

static inline void
log_instant(GString *log, instant t)
{
	char text[INSTANT_TEXT];
	g_string_append(
	    log, t == INSTANT_ALWAYS || t == INSTANT_NEVER ? "-" : instant_format(t, text));
}

static inline void
log_record(void *user, const struct record *r)
{
	GString *log = user;
	/* What a rejected row ends is told by its reject. */
	if (r->bare && r->status == STATUS_UNKNOWN)
		return;
	g_string_append_printf(log, "%u:%u %s %s", r->place.row, r->place.line,
	    record_status_word(r->status), r->id != NULL ? r->id : "-");
	if (r->person.email != NULL)
		g_string_append_printf(log, " <%s>", r->person.email);
	if (r->person.ref != NULL)
		g_string_append_printf(log, " ref=%s", r->person.ref);
	if (r->company != NULL)
		g_string_append_printf(log, " company=%s", r->company);
	for (size_t i = 0; i < r->n_targets; i++)
		g_string_append_printf(log, " [%s|%s]",
		    r->targets[i].id != NULL ? r->targets[i].id : "",
		    r->targets[i].name != NULL ? r->targets[i].name : "");
	if (r->location != NULL)
		g_string_append_printf(log, " at=%s", r->location);
	if (r->group != NULL)
		g_string_append_printf(log, " group=%s", r->group);
	if (r->span.from != INSTANT_ALWAYS || r->span.until != INSTANT_NEVER) {
		g_string_append_c(log, ' ');
		log_instant(log, r->span.from);
		g_string_append_c(log, '/');
		log_instant(log, r->span.until);
	}
	for (size_t i = 0; i < r->n_freezes; i++) {
		g_string_append(log, " freeze=");
		log_instant(log, r->freezes[i].from);
		g_string_append_c(log, '/');
		log_instant(log, r->freezes[i].until);
	}
	for (size_t i = 0; i < r->n_attendees; i++)
		g_string_append_printf(log, " +%s",
		    r->attendees[i].email != NULL ? r->attendees[i].email : r->attendees[i].ref);
	g_string_append(log, r->dst & RECORD_DST_GAP ? " gap\n" : r->dst ? " overlap\n" : "\n");
}

static inline void
log_reject(void *user, const struct record_reject *r)
{
	g_string_append_printf(user, "%u:%u reject: %s\n", r->place.row, r->place.line, r->reason);
}

static inline void
log_note(void *user, const struct record_note *n)
{
	/* Lines that are no records count among the dropped rows; tests/cases/report-lines.case reads what is said of them. */
	if (n->kind == FINDING_NO_RECORD)
		return;
	g_string_append_printf(
	    user, "%u note %s: %s\n", n->place.row, finding_word(n->kind), n->text);
}

struct trial {
	char *dir, *path;
	struct source_config source;
	struct profile *profile;
	GString *log; /* what the sink was told, then `drop N` and the first lines of refusals */
	struct import_facts *facts;
};

/* Copy what a sample needs beside it: the files of its folder that are neither samples nor pages. */
static inline void
trial_tables(const char *from, const char *to)
{
	GDir *files = g_dir_open(from, 0, NULL);
	for (const char *name; files != NULL && (name = g_dir_read_name(files)) != NULL;) {
		char *source = g_build_filename(from, name, NULL), *text;
		char *copy = g_build_filename(to, name, NULL);
		gsize length;
		if (!g_str_has_prefix(name, "ok-") && !g_str_has_prefix(name, "bad-") &&
		    !g_str_has_suffix(name, ".md")) {
			g_assert_true(g_file_get_contents(source, &text, &length, NULL));
			g_assert_true(g_file_set_contents(copy, text, (gssize)length, NULL));
			g_free(text);
		}
		g_free(copy);
		g_free(source);
	}
	if (files != NULL)
		g_dir_close(files);
}

/* profile: name of a shipped one, or the text of one.  file: name of the file that holds `text`. */
static inline void
trial_run(struct trial *t, const char *profile, const char *file, const char *text, gssize length,
    const char *timezone)
{
	GError *error = NULL;
	*t = (struct trial){.log = g_string_new(NULL)};
	t->dir = g_dir_make_tmp("importers-XXXXXX", &error);
	g_assert_no_error(error);
	t->path = g_build_filename(t->dir, file, NULL);
	char *samples = g_build_filename(SOURCES, profile, NULL);
	trial_tables(samples, t->dir);
	g_free(samples);
	if (text != NULL)
		g_file_set_contents(t->path, text, length, &error);
	g_assert_no_error(error);
	char *own = NULL;
	if (strchr(profile, '\n') != NULL) {
		own = g_build_filename(t->dir, "own.ini", NULL);
		g_file_set_contents(own, profile, -1, &error);
		g_assert_no_error(error);
	}
	t->profile = profile_load(own != NULL ? own : profile, PROFILES, t->dir, &error);
	g_assert_no_error(error);
	t->source = source_config_plain("src", profile, t->path);
	t->source.timezone = (char *)timezone;
	struct record_sink sink = {log_record, log_reject, log_note, t->log};
	t->facts = import_source(&t->source, 0, t->profile, TRIAL_AROUND, &sink);
	if (t->facts->dropped > 0)
		g_string_append_printf(t->log, "drop %" G_GUINT64_FORMAT "\n", t->facts->dropped);
	for (guint i = 0; i < t->facts->refusals->len; i++) {
		const char *refusal = t->facts->refusals->pdata[i];
		g_string_append_printf(
		    t->log, "REFUSED %.*s\n", (int)strcspn(refusal, "\n"), refusal);
	}
	if (own != NULL)
		g_unlink(own);
	g_free(own);
}

static inline void
trial_done(struct trial *t)
{
	import_facts_free(t->facts);
	profile_free(t->profile);
	g_string_free(t->log, TRUE);
	GDir *files = g_dir_open(t->dir, 0, NULL);
	for (const char *name; files != NULL && (name = g_dir_read_name(files)) != NULL;) {
		char *path = g_build_filename(t->dir, name, NULL);
		g_unlink(path);
		g_free(path);
	}
	if (files != NULL)
		g_dir_close(files);
	g_rmdir(t->dir);
	g_free(t->path);
	g_free(t->dir);
}

/* The whole log of an import must be `want`. */
static inline void
trial_expect(const char *profile, const char *text, const char *timezone, const char *want)
{
	struct trial t;
	trial_run(&t, profile, "f", text, -1, timezone);
	if (strcmp(t.log->str, want) != 0)
		g_test_fail_printf("%s\ngave\n%swanted\n%s", text, t.log->str, want);
	trial_done(&t);
}

#endif
