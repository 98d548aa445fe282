/* Windows and traces until the end of the import: who gets a company's, what is dropped, what is explained. */
#include "reconcile/windows.h"

#define HOUR INSTANT_HOUR

enum { ADA, BEN, CLEO };

struct fixture {
	struct config *config;
	struct intern *texts;
	struct persons *persons;
	struct directory *directory;
	GArray *reasons;
	struct windows *windows;
};

static const struct source_policy policies[] = {{.name = "a"}};

static void
begin(struct fixture *f, guint n_reasons)
{
	static const char *const emails[] = {
	    "ada@example.org", "ben@example.org", "cleo@example.org"};
	f->config = config_read("[source a]\nprofile = p\nfile = f\n", "t", "/", NULL);
	g_assert_nonnull(f->config);
	f->texts = intern_new();
	f->persons = persons_new(f->config, f->texts);
	f->directory = directory_new(policies);
	f->reasons = g_array_new(FALSE, TRUE, sizeof(struct raw_reason));
	g_array_set_size(f->reasons, n_reasons);
	for (guint i = 0; i < n_reasons; i++)
		g_array_index(f->reasons, struct raw_reason, i).record = INTERN_NONE;
	f->windows = windows_new(f->reasons, f->texts);
	for (uint32_t i = 0; i < G_N_ELEMENTS(emails); i++)
		g_assert_cmpuint(persons_number(f->persons, emails[i], NULL), ==, i);
}

static void
put(GString *out, const char *what, const GArray *windows)
{
	for (guint i = 0; i < windows->len; i++) {
		const struct raw_window *window = &g_array_index(windows, struct raw_window, i);
		g_string_append_printf(out, "%s %u ref %u reason %u\n", what, window->person,
		    window->ref, window->reason);
	}
}

/* `living PERSON ref REF reason REASON`, then barred ones, then `trace ... CAUSE`. */
static void
end(struct fixture *f, const char *wanted)
{
	GString *out = g_string_new(NULL);
	windows_finish(f->windows, f->directory, f->persons);
	put(out, "living", windows_living(f->windows));
	put(out, "barred", windows_barred(f->windows));
	const GArray *traces = windows_traces(f->windows);
	for (guint i = 0; i < traces->len; i++) {
		const struct trace *trace = &g_array_index(traces, struct trace, i);
		g_string_append_printf(out, "trace %u ref %u reason %u %s\n", trace->person,
		    trace->ref, trace->reason, cause_word((enum cause)trace->cause));
	}
	g_assert_cmpstr(out->str, ==, wanted);
	g_string_free(out, TRUE);
	windows_free(f->windows);
	g_array_unref(f->reasons);
	directory_free(f->directory);
	persons_free(f->persons);
	intern_free(f->texts);
	config_free(f->config);
}

static struct raw_window
window(uint32_t ref, uint32_t reason)
{
	return (struct raw_window){.ref = ref, .span = {0, HOUR}, .reason = reason};
}

static void
give(struct fixture *f, uint32_t person, uint32_t ref, uint32_t reason)
{
	const struct holder holder = {person, INTERN_NONE};
	const struct raw_window raw = window(ref, reason);
	windows_add(f->windows, &holder, &raw);
}

static uint32_t
acme(struct fixture *f)
{
	return directory_company(f->directory, 0, "Acme");
}

static void
employ(struct fixture *f, uint32_t person, const char *id)
{
	const struct record record = {
	    .kind = RECORD_PERSON, .id = id, .status = STATUS_ACTIVE, .company = "Acme"};
	directory_add_person(f->directory, &record, person);
}

/* Windows whose reason is dead go; those of barred people stand apart. */
static void
test_finish(void)
{
	struct fixture f;
	begin(&f, 4);
	give(&f, ADA, 1, 0);
	give(&f, BEN, 1, 1);
	give(&f, ADA, 2, 2);
	give(&f, CLEO, 1, 3);
	g_array_index(f.reasons, struct raw_reason, 0).dead = 1;
	persons_bar(f.persons, BEN, false, "blocked");
	persons_bar(f.persons, CLEO, true, "deleted");
	end(&f, "living 0 ref 2 reason 2\nbarred 1 ref 1 reason 1\nbarred 2 ref 1 reason 3\n");
}

/* What a company has everybody of it has, when all sources are read: nobody else, and nothing that is dead. */
static void
test_companies(void)
{
	struct fixture f;
	begin(&f, 4);
	const struct holder company = {INTERN_NONE, acme(&f)};
	for (uint32_t reason = 0; reason < 4; reason++) {
		const struct raw_window raw = window(reason, reason);
		if (reason < 2)
			windows_add(f.windows, &company, &raw);
		else
			windows_explain(f.windows, &company, &raw, CAUSE_EXPIRED);
	}
	employ(&f, ADA, "1");
	employ(&f, CLEO, "3");
	g_array_index(f.reasons, struct raw_reason, 1).dead = 1;
	g_array_index(f.reasons, struct raw_reason, 3).dead = 1;
	end(&f, "living 0 ref 0 reason 0\nliving 2 ref 0 reason 0\n"
		"trace 0 ref 2 reason 2 expired\ntrace 2 ref 2 reason 2 expired\n");
}

static void
test_explain(void)
{
	struct fixture f;
	begin(&f, 1);
	const struct holder ada = {ADA, INTERN_NONE};
	const struct raw_window raw = window(1, 0);
	windows_explain(f.windows, &ada, &raw, CAUSE_FROZEN);
	end(&f, "trace 0 ref 1 reason 0 frozen\n");
}

/* An event without times ends what the row before it gave: exactly the windows of that row's reasons. */
static void
test_withdraw(void)
{
	static const struct {
		struct reason_range former;
		const char *wanted;
	} cases[] = {
	    {{0, 1}, "trace 0 ref 1 reason 5 cancelled\n"},
	    {{1, 2}, "trace 1 ref 2 reason 5 cancelled\ntrace 1 ref 3 reason 5 cancelled\n"},
	    {{3, 1}, "trace 2 ref 4 reason 5 cancelled\n"},
	    {{4, 1}, ""},
	    {{1, 0}, ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct fixture f;
		GString *wanted = g_string_new(
		    "living 0 ref 1 reason 0\nliving 1 ref 2 reason 1\n"
		    "living 1 ref 3 reason 2\nliving 2 ref 4 reason 3\n");
		begin(&f, 6);
		give(&f, ADA, 1, 0);
		give(&f, BEN, 2, 1);
		give(&f, BEN, 3, 2);
		give(&f, CLEO, 4, 3);
		windows_withdraw(f.windows, cases[i].former, 5);
		g_test_message("%zu", i);
		end(&f, g_string_append(wanted, cases[i].wanted)->str);
		g_string_free(wanted, TRUE);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reconcile/windows/finish", test_finish);
	g_test_add_func("/reconcile/windows/companies", test_companies);
	g_test_add_func("/reconcile/windows/explain", test_explain);
	g_test_add_func("/reconcile/windows/withdraw", test_withdraw);
	return g_test_run();
}
