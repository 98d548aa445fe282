/* Limits: what is larger than any real export is refused as a whole, or its row is; never is something cut off. */
#include "harness.h"

#include "base/failure.h"
#include "importers/limits.h"
#include "importers/table.h"

#include <unistd.h>

#define HEAD "booking_id,email,resource,start,end,attendees\n"
#define TIMES "2026-11-14T09:00:00Z,2026-11-14T10:00:00Z,"

/* What the first refusal says, and how many records came of files of one path. */
static void
expect_refused(struct trial *t, const GPtrArray *paths, const char *what)
{
	struct record_sink sink = {log_record, log_reject, log_note, t->log};
	struct import_facts *facts = import_files(
	    &t->source, 0, t->profile, paths, TRIAL_AROUND, &sink);
	const char *said = facts->refusals->len > 0 ? facts->refusals->pdata[0] : "taken";
	if (facts->refusals->len != 1 || strstr(said, what) == NULL)
		g_test_fail_printf("%s: %s", what, said);
	g_assert_nonnull(strstr(said, "hint: "));
	import_facts_free(facts);
}

static void
write_blank_rows(const char *path, size_t rows)
{
	char *text = g_malloc(rows + sizeof(HEAD));
	memcpy(text, HEAD, sizeof(HEAD) - 1);
	memset(text + sizeof(HEAD) - 1, '\n', rows);
	g_assert_true(g_file_set_contents(path, text, (gssize)(rows + sizeof(HEAD) - 1), NULL));
	g_free(text);
}

static void
test_rows(void)
{
	struct trial t;
	GPtrArray *paths = g_ptr_array_new();
	trial_run(&t, "generic-bookings", "f", HEAD, -1, NULL);
	g_ptr_array_add(paths, t.path);
	write_blank_rows(t.path, ROWS_MAX);
	expect_refused(&t, paths, "f:20000001: row 20000001 is one row too many");
	g_ptr_array_add(paths, t.path);
	write_blank_rows(t.path, ROWS_MAX / 2 + 1);
	expect_refused(&t, paths, "source src: more than 20000000 rows by the end of f");
	g_ptr_array_unref(paths);
	trial_done(&t);
}

static void
test_files(void)
{
	struct trial t;
	GPtrArray *paths = g_ptr_array_new();
	trial_run(&t, "generic-bookings", "f", HEAD, -1, NULL);
	for (guint i = 0; i <= FILES_MAX; i++)
		g_ptr_array_add(paths, t.path);
	expect_refused(&t, paths, "source src: 100001 files match ");
	g_ptr_array_set_size(paths, 1);
	/* A file with a hole has the size without the bytes. */
	g_assert_cmpint(truncate(t.path, FILE_SIZE_MAX + 1), ==, 0);
	expect_refused(&t, paths, "f: larger than 4096 MiB");
	g_ptr_array_unref(paths);
	trial_done(&t);
}

static bool
no_row(void *user, const char *const *cells, unsigned row, GError **error)
{
	(void)user, (void)cells, (void)row, (void)error;
	return true;
}

static void
test_tables(void)
{
	static const struct table_column columns[] = {
	    {"alias", COLUMN_REQUIRED}, {NULL, COLUMN_OPTIONAL}};
	char *dir = g_dir_make_tmp("limits-XXXXXX", NULL);
	char *path = g_build_filename(dir, "t.csv", NULL);
	GError *error = NULL;
	g_assert_true(g_file_set_contents(path, "alias\n", -1, NULL));
	g_assert_cmpint(truncate(path, TABLE_FILE_MAX + 1), ==, 0);
	g_assert_false(table_read(path, columns, no_row, NULL, EXIT_BAD_CONFIG, NULL, &error));
	g_assert_error(error, FAILURE, EXIT_BAD_CONFIG);
	g_assert_nonnull(strstr(error->message, "t.csv: larger than 64 MiB"));
	g_error_free(error);
	g_unlink(path);
	g_rmdir(dir);
	g_free(path);
	g_free(dir);
}

/* The text over and over, with something between. */
static void
append_times(GString *text, const char *what, const char *between, size_t times)
{
	for (size_t i = 0; i < times; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? between : "", what);
}

static void
test_row(void)
{
	static const struct {
		size_t cells;
		bool ended; /* by a line break */
		const char *want;
	} cases[] = {
	    {CELLS_MAX + 1, true, "REFUSED f:2: row 2 has more than 4096 cells"},
	    {CELLS_MAX + 1, false, "REFUSED f:2: row 2 has more than 4096 cells"},
	    {CELLS_MAX, true, "2:2 reject: has 4096 cells, the header 6"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GString *text = g_string_new(HEAD);
		struct trial t;
		append_times(text, "x", ",", cases[i].cells);
		g_string_append(text, cases[i].ended ? "\n" : "");
		trial_run(&t, "generic-bookings", "f", text->str, -1, NULL);
		if (strstr(t.log->str, cases[i].want) == NULL)
			g_test_fail_printf("%s: %s", cases[i].want, t.log->str);
		trial_done(&t);
		g_string_free(text, TRUE);
	}
}

/* Cells of a row may each be of a fair size, and all together still fill the memory. */
static void
test_row_length(void)
{
	GString *text = g_string_new(HEAD);
	char *cell = g_strnfill(CELL_MAX, 'x');
	struct trial t;
	append_times(text, cell, ",", ROW_MAX / CELL_MAX + 1);
	g_string_append(text, "\n");
	trial_run(&t, "generic-bookings", "f", text->str, -1, NULL);
	g_assert_cmpstr(t.log->str, ==, "REFUSED f:2: row 2 is longer than 16 MiB\n");
	trial_done(&t);
	g_free(cell);
	g_string_free(text, TRUE);
}

/* Whoever stands behind the last place of a list must not be left out without a word. */
static void
test_lists(void)
{
	static const char head[] =
	    "[{\"booking_id\":\"b\",\"email\":\"a@example.org\",\"resource\":\"R\","
	    "\"start\":\"2026-11-14T09:00:00Z\",\"end\":\"2026-11-14T10:00:00Z\",\"attendees\":[";
	static const char want[] = "reject: attendees has more than 1000 values\n";
	for (size_t n = LIST_MAX; n <= LIST_MAX + 1; n++) {
		GString *table = g_string_new(HEAD "b,a@example.org,R," TIMES);
		GString *json = g_string_new(head);
		const GString *texts[] = {table, json};
		append_times(table, "b@example.org", ";", n);
		g_string_append(table, "\n");
		append_times(json, "\"b@example.org\"", ",", n);
		g_string_append(json, "]}]");
		for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
			struct trial t;
			trial_run(&t, "generic-bookings", "f", texts[i]->str, -1, NULL);
			g_assert_cmpint(strstr(t.log->str, want) != NULL, ==, n > LIST_MAX);
			g_assert_cmpint(strstr(t.log->str, " +b@") != NULL, ==, n <= LIST_MAX);
			trial_done(&t);
		}
		g_string_free(table, TRUE);
		g_string_free(json, TRUE);
	}
}

static void
test_items(void)
{
	GString *text = g_string_new("{\"subscriptions\":[{\"id\":\"s\",\"status\":\"active\","
				     "\"startDate\":\"2026-11-01T00:00:00Z\",\"subscriptionType\":"
				     "\"user\",\"timezoneId\":\"Europe/Amsterdam\",\"customer\":"
				     "{\"type\":\"user\",\"user\":{\"email\":\"a@example.org\"}},"
				     "\"items\":[");
	struct trial t;
	append_times(text, "{\"id\":\"i\",\"title\":\"Desk\"}", ",", LIST_MAX + 1);
	g_string_append(text, "]}]}");
	trial_run(&t, "spacebring-subscriptions", "f", text->str, -1, NULL);
	g_assert_nonnull(strstr(t.log->str, "1:1 reject: items has more than 1000 items\n"));
	g_assert_null(strstr(t.log->str, "Desk"));
	trial_done(&t);
	g_string_free(text, TRUE);
}

/* A text of JSON is a cell, too. */
static void
test_json_text(void)
{
	for (size_t n = CELL_MAX; n <= CELL_MAX + 1; n++) {
		char *long_text = g_strnfill(n, 'x');
		char *text = g_strdup_printf("[{\"email\":\"a@example.org\",\"resource\":\"%s\","
					     "\"start\":\"2026-11-14T09:00:00Z\","
					     "\"end\":\"2026-11-14T10:00:00Z\"}]",
		    long_text);
		struct trial t;
		trial_run(&t, "generic-bookings", "f", text, -1, NULL);
		g_assert_cmpint(
		    strcmp(t.log->str, "1:1 reject: resource is longer than 64 KiB\n") == 0, ==,
		    n > CELL_MAX);
		trial_done(&t);
		g_free(text);
		g_free(long_text);
	}
}

#define EVENT_OF(uid)                                                                              \
	"BEGIN:VEVENT\nUID:" uid "\nDTSTART:20261114T090000Z\nDTEND:20261114T100000Z\n"            \
	"ORGANIZER:mailto:a@example.org\nLOCATION:R\n"

static void
expect_calendar(const char *text, const char *want)
{
	struct trial t;
	trial_run(&t, "ical", "f", text, -1, NULL);
	if (strstr(t.log->str, want) == NULL)
		g_test_fail_printf("%s: %s", want, t.log->str);
	trial_done(&t);
}

static void
test_events(void)
{
	GString *text = g_string_new("BEGIN:VCALENDAR\n");
	append_times(text, "BEGIN:VEVENT\nEND:VEVENT\n", "", ICS_EVENTS_MAX + 1);
	g_string_append(text, "END:VCALENDAR\n");
	expect_calendar(text->str, "REFUSED f:1000002: more than 500000 events\n");
	g_string_free(text, TRUE);
}

/* An event that is too long is rejected, and the one behind it is read. */
static void
test_event(void)
{
	char *filler = g_strnfill(CELL_MAX, 'x');
	const struct {
		size_t lines;
		const char *why;
	} cases[] = {{1, "has a line longer than 64 KiB"},
	    {ICS_COMPONENT_MAX / CELL_MAX + 1, "is larger than 1 MiB"}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GString *text = g_string_new("BEGIN:VCALENDAR\n" EVENT_OF("a"));
		/* Each of many is as long as a line may be. */
		for (size_t k = 0; k < cases[i].lines; k++)
			g_string_append_printf(text, "LOCATION:%.*s\n",
			    (int)(CELL_MAX - (i > 0 ? strlen("LOCATION:") : 0)), filler);
		g_string_append(text, "END:VEVENT\n" EVENT_OF("b") "END:VEVENT\nEND:VCALENDAR\n");
		char *want = g_strdup_printf("1:2 reject: %s\n", cases[i].why);
		expect_calendar(text->str, want);
		expect_calendar(text->str, "confirmed b <a@example.org>");
		g_free(want);
		g_string_free(text, TRUE);
	}
	g_free(filler);
}

static void
test_nesting(void)
{
	GString *text = g_string_new("BEGIN:VCALENDAR\nBEGIN:VEVENT\n");
	append_times(text, "BEGIN:VALARM\n", "", 10);
	expect_calendar(text->str, "REFUSED f:9: components too deep inside each other\n");
	g_string_free(text, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/limits/rows", test_rows);
	g_test_add_func("/limits/files", test_files);
	g_test_add_func("/limits/tables", test_tables);
	g_test_add_func("/limits/row", test_row);
	g_test_add_func("/limits/row-length", test_row_length);
	g_test_add_func("/limits/lists", test_lists);
	g_test_add_func("/limits/items", test_items);
	g_test_add_func("/limits/json-text", test_json_text);
	g_test_add_func("/limits/events", test_events);
	g_test_add_func("/limits/event", test_event);
	g_test_add_func("/limits/nesting", test_nesting);
	return g_test_run();
}
