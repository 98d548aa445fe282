#ifndef TESTS_RECONCILE_SCENE_H
#define TESTS_RECONCILE_SCENE_H

#include "reconcile/passes.h"
#include "reconcile/reconcile.h"
#include "reconcile/why.h"

#include <string.h>

/*
 * A venue for one test: a configuration, what Kisi has, what was booked, and the plan that comes of it.  Times are hours
 * from SCENE_NOW.  Between scene_new and scene_plan the test fills in kisi, history, trail and records.
 */
#define SCENE_NOW ((instant)1794816000) /* 2026-11-16T08:00:00Z */
#define SCENE_SOURCES 4

struct scene {
	struct config *config;
	struct source_policy
	    policies[SCENE_SOURCES]; /* of bookings without grace, unless the test says else */
	bool refused[SCENE_SOURCES], doubted[SCENE_SOURCES];
	const char *accept[SCENE_SOURCES];
	GPtrArray *imports;
	struct plan *plan;
	struct entitlement *entitlement;
	/* of struct record, of struct record_reject: as they were read */
	GArray *records, *rejects;
	const struct entitled *entitled; /* from scene_plan on */
	struct snapshot *kisi;
	struct history *history;
	struct guard_facts facts;
	struct givers *givers;	   /* from scene_plan on */
	struct baseline *baseline; /* what the next run would know; filled by scene_plan */
	struct trail *trail;	   /* its changes are undone when undo is set */
	bool undo;
	struct why *why; /* when it is set: asks the records, then the plan; freed by scene_free */
	GError *error;
};

/* Add to an array of kisi or history: SCENE_ADD(scene->kisi->users, struct kisi_user, .id = 5). */
#define SCENE_ADD(array, type, ...) g_array_append_vals(array, &(type){__VA_ARGS__}, 1)

static inline struct interval
scene_span(int from, int until)
{
	return (struct interval){SCENE_NOW + from * INSTANT_HOUR, SCENE_NOW + until * INSTANT_HOUR};
}

static const struct interval scene_open = {INSTANT_ALWAYS, INSTANT_NEVER};

static inline void
scene_free_facts(gpointer facts)
{
	import_facts_free(facts);
}

static inline struct scene *
scene_new(const char *text)
{
	struct scene *s = g_new0(struct scene, 1);
	s->config = config_read(text, "x.ini", "/", &s->error);
	g_assert_no_error(s->error);
	g_assert_cmpuint(s->config->sources->len, <=, SCENE_SOURCES);
	s->imports = g_ptr_array_new_with_free_func(scene_free_facts);
	for (guint i = 0; i < s->config->sources->len; i++) {
		const struct source_config *source = s->config->sources->pdata[i];
		s->policies[i] = (struct source_policy){
		    .name = source->name, .kind = RECORD_BOOKING};
		struct import_facts *facts = import_facts_new(source->name, RECORD_BOOKING);
		import_facts_add_file(facts, "/x/f.csv");
		g_ptr_array_add(s->imports, facts);
	}
	s->plan = plan_new();
	s->plan->as_of = SCENE_NOW;
	s->entitlement = entitlement_new(s->config, s->policies, SCENE_NOW, s->plan);
	s->records = g_array_new(FALSE, FALSE, sizeof(struct record));
	s->rejects = g_array_new(FALSE, FALSE, sizeof(struct record_reject));
	s->kisi = snapshot_new();
	s->history = history_new();
	s->history->fresh = false;
	s->trail = trail_new();
	s->trail->id = "run-1";
	s->baseline = baseline_new();
	s->facts = (struct guard_facts){.imports = s->imports,
	    .refused = s->refused,
	    .doubted = s->doubted,
	    .accept = s->accept,
	    .latest = SCENE_NOW,
	    .command = "apply"};
	return s;
}

static inline void
scene_free(struct scene *s)
{
	why_free(s->why);
	trail_free(s->trail);
	baseline_free(s->baseline);
	givers_free(s->givers);
	history_free(s->history);
	entitlement_free(s->entitlement);
	g_array_unref(s->records);
	g_array_unref(s->rejects);
	plan_free(s->plan);
	snapshot_free(s->kisi);
	g_ptr_array_unref(s->imports);
	config_free(s->config);
	g_clear_error(&s->error);
	g_free(s);
}

/* Read a record; rows are counted as they come, unless it has one.  What it points at must outlive the scene. */
static inline void
scene_add(struct scene *s, struct record record)
{
	if (record.place.row == 0)
		record.place.row = s->records->len + 2;
	g_array_append_val(s->records, record);
	entitle_record(s->entitlement, &record);
}

/* A booking of the source with that number. */
static inline void
scene_book(struct scene *s, uint32_t source, const char *id, const char *email,
    const char *resource, struct interval span)
{
	struct record_ref *target = plan_alloc(s->plan, sizeof *target);
	target->name = resource;
	scene_add(s, (struct record){.kind = RECORD_BOOKING,
			 .place = {.source = source},
			 .id = id,
			 .status = STATUS_CONFIRMED,
			 .person = {.email = email},
			 .targets = target,
			 .n_targets = 1,
			 .span = span});
}

/* A row of people, which blocks or deletes this one. */
static inline void
scene_bar(struct scene *s, uint32_t source, const char *email, enum record_status status)
{
	scene_add(s, (struct record){.kind = RECORD_PERSON,
			 .place = {.source = source, .row = 99},
			 .status = status,
			 .person = {.email = email}});
}

/* A change of the run that is to be undone, with what became of it; the rest is for the test to fill in. */
static inline struct trail_change *
scene_done(struct scene *s, const char *action, const char *email, enum outcome outcome)
{
	struct trail_change *change = trail_add(s->trail);
	change->change_id = "c";
	change->action = action;
	change->email = email;
	struct trail_outcome became = {.outcome = outcome};
	g_array_append_val(change->outcomes, became);
	return change;
}

/* What each record says of the person asked about. */
static inline void
scene_read_again(struct scene *s)
{
	const struct why_reading reading = {.config = s->config,
	    .policies = s->policies,
	    .imports = s->imports,
	    .entitled = s->entitled,
	    .refused = s->refused};
	struct why_reader *reader = why_reader_new(&reading, s->why);
	for (guint i = 0; i < s->records->len; i++)
		why_read_record(reader, &g_array_index(s->records, struct record, i));
	for (guint i = 0; i < s->rejects->len; i++)
		why_read_reject(reader, &g_array_index(s->rejects, struct record_reject, i));
	why_reader_finish(reader);
	why_reader_free(reader);
}

/* A giver of the last apply: a booking of the source gave this to the person at the group. */
static inline struct giver
scene_giver(const char *source, const char *record, const char *email, int64_t group_id,
    struct interval span)
{
	return (struct giver){.kind = GIVER_RECORD,
	    .object = OBJECT_ASSIGNMENT,
	    .email = email,
	    .door_id = group_id,
	    .span = span,
	    .source = source,
	    .record = record,
	    .record_kind = RECORD_BOOKING};
}

static inline int
scene_compare_givers(gconstpointer p, gconstpointer q)
{
	return giver_compare(p, q);
}

/* What became of the records that the history knows. */
static inline void
scene_settle(struct scene *s)
{
	g_array_sort(s->history->givers, scene_compare_givers);
	s->givers = givers_new(s->config, s->policies, s->history, SCENE_NOW);
	for (guint i = 0; i < s->records->len; i++)
		givers_take(s->givers, &g_array_index(s->records, struct record, i));
	for (guint i = 0; i < s->rejects->len; i++) {
		const struct record_reject *reject = &g_array_index(
		    s->rejects, struct record_reject, i);
		givers_reject(s->givers, reject->place.source, reject->id, reject->email);
	}
	givers_settle(s->givers, s->entitled, s->refused, s->doubted);
	s->facts.givers = s->givers;
}

static inline bool
scene_plan(struct scene *s)
{
	g_assert_true(snapshot_finish(s->kisi, &s->error));
	s->entitled = entitle_finish(s->entitlement);
	if (s->why != NULL)
		scene_read_again(s);
	scene_settle(s);
	const struct reconcile_input input = {.config = s->config,
	    .policies = s->policies,
	    .entitled = s->entitled,
	    .snapshot = s->kisi,
	    .history = s->history,
	    .undo = s->undo ? s->trail : NULL,
	    .facts = &s->facts,
	    .baseline = s->baseline,
	    .why = s->why};
	return reconcile(&input, s->plan, &s->error);
}

static inline void
scene_put_time(GString *out, instant at)
{
	if (at == INSTANT_ALWAYS || at == INSTANT_NEVER)
		g_string_append(out, at == INSTANT_ALWAYS ? "always" : "open");
	else
		g_string_append_printf(out, "%g", (double)(at - SCENE_NOW) / INSTANT_HOUR);
}

static inline void
scene_put_span(GString *out, struct interval span)
{
	scene_put_time(out, span.from);
	g_string_append(out, "..");
	scene_put_time(out, span.until);
}

static inline void
scene_put_changes(GString *out, const GPtrArray *changes)
{
	for (guint i = 0; i < changes->len; i++) {
		const struct change *change = changes->pdata[i];
		if (change->held != GUARD_NONE)
			g_string_append_printf(out, "held(%s) ", guard_word(change->held));
		g_string_append_printf(out, "%s %s %s",
		    action_word(change_action(change, SCENE_NOW)), change->email,
		    change_door(change) != NULL ? change_door(change) : "-");
		if (change->wanted) {
			g_string_append_c(out, ' ');
			scene_put_span(out, change->want);
		}
		if (change->have_id != 0) {
			g_string_append_printf(out, " #%" G_GINT64_FORMAT " ", change->have_id);
			scene_put_span(out, change->have);
		}
		g_string_append_printf(out, " %s\n", cause_word(change->cause));
	}
}

/*
 * The plan as lines: `grant EMAIL DOOR WANTED #ID THERE CAUSE`, then its findings but for those of the kind orphan:
 * `KIND EMAIL DOOR`.  Hours from SCENE_NOW.
 */
static inline void
scene_expect(struct scene *s, const char *wanted)
{
	GString *out = g_string_new(NULL);
	g_assert_true(scene_plan(s));
	scene_put_changes(out, s->plan->changes);
	scene_put_changes(out, s->plan->held);
	for (guint i = 0; i < s->plan->findings->len; i++) {
		const struct finding *finding = s->plan->findings->pdata[i];
		if (finding->kind != FINDING_ORPHAN)
			g_string_append_printf(out, "%s %s %s\n", finding_word(finding->kind),
			    finding->email != NULL ? finding->email : "-",
			    finding->group != NULL ? finding->group : "-");
	}
	g_assert_cmpstr(out->str, ==, wanted);
	g_string_free(out, TRUE);
}

/* The text of the first finding of that kind, which must be there. */
static inline const char *
scene_finding(const struct scene *s, const char *kind)
{
	for (guint i = 0; i < s->plan->findings->len; i++) {
		const struct finding *finding = s->plan->findings->pdata[i];
		if (strcmp(finding_word(finding->kind), kind) == 0)
			return finding->text;
	}
	g_error("no finding %s", kind);
}

#endif
