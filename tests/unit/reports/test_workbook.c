/* The workbook, read back by another program (tests/e2e/check_workbook.py). */
#include "reports/workbook.h"

#include "sample_plan.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define CHECKER "tests/e2e/check_workbook.py"
#define AS_OF "2026-11-14T10:00:00Z"

struct folder {
	char *path;
	char *file;
};

static void
folder_make(struct folder *folder, gconstpointer unused)
{
	folder->path = g_dir_make_tmp("workbook-XXXXXX", NULL);
	g_assert_nonnull(folder->path);
	folder->file = g_build_filename(folder->path, "plan.xlsx", NULL);
}

static void
folder_remove(struct folder *folder, gconstpointer unused)
{
	g_unlink(folder->file);
	/* Fails when something was left behind. */
	g_assert_cmpint(g_rmdir(folder->path), ==, 0);
	g_free(folder->path);
	g_free(folder->file);
}

static void
write_sample(const struct sample *sample, const char *path)
{
	GError *error = NULL;
	workbook_write(&sample->run, path, false, &error);
	g_assert_no_error(error);
}

/* What the checker says about the file, "" when it is content; arguments: NULL-terminated.  Caller frees. */
static char *
check(const char *path, const char *const *arguments)
{
	GPtrArray *argv = g_ptr_array_new();
	const char *const fixed[] = {CHECKER, path, "--created", AS_OF};
	for (size_t i = 0; i < G_N_ELEMENTS(fixed); i++)
		g_ptr_array_add(argv, (gpointer)fixed[i]);
	for (size_t i = 0; arguments[i] != NULL; i++)
		g_ptr_array_add(argv, (gpointer)arguments[i]);
	g_ptr_array_add(argv, NULL);
	char *out = NULL, *noise = NULL;
	int status = -1;
	GError *error = NULL;
	g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &noise,
	    &status, &error);
	g_assert_no_error(error);
	g_ptr_array_unref(argv);
	g_assert_cmpstr(noise, ==, "");
	g_assert_cmpint(status == 0, ==, out[0] == '\0');
	g_free(noise);
	return out;
}

static void
assert_content(const char *path, const char *const *arguments)
{
	char *said = check(path, arguments);
	g_assert_cmpstr(said, ==, "");
	g_free(said);
}

static void
test_every_row_is_there(struct folder *folder, gconstpointer unused)
{
	static const char *const wishes[] = {"--count", "Changes made=7", "--count", "Held back=4",
	    "--count", "Orphaned users=1", "--count", "Missing groups=2", "--count",
	    "E-mail mismatches=1", "--count", "Access review=2", "--count", "Out of scope=1",
	    "--count", "Rejected rows=3", "--count", "Checks=7", "--count", "Sources=13", "--has",
	    "Changes made=After: from=2026-11-14 11:30:00", "--has",
	    "Changes made=Before: from=always", "--has", "Changes made=Before: until=no end",
	    "--has", "Changes made=Before: until=2026-10-25 02:30:17", "--has",
	    "Changes made=Why=removed in Kisi by somebody, still entitled\n"
	    "booking 17 (bookings.csv:12) by rule meeting-room-1, Sat 14 Nov 11:30 - 16:30\n"
	    "booking 18 (bookings.csv:13) by rule meeting-room-1, Sat 14 Nov 11:30 - 16:30\n"
	    "booking 19 (bookings.csv:14) by rule meeting-room-1, Sat 14 Nov 11:30 - 16:30",
	    "--has", "Changes made=Outcome=planned", "--has",
	    "Held back=What holds it=Limit: access taken without a known reason", "--has",
	    "Held back=Figure=3 people", "--has", "Held back=Limit=2 people", "--has",
	    "Missing groups=Whom it hits next=Nobody", "--has",
	    "Missing groups=Whom it hits next=ida@example.com and 1 more", "--has",
	    "E-mail mismatches=Likeness=0.93", "--has",
	    "Access review=Can they unlock?=No: Front door: locked down", "--has",
	    "Access review=Basis=none", "--has", "Access review=Given by=Willem", "--has",
	    "Access review=Given on=2026-11-01 10:00:00", "--has", "Orphaned users=Ref=R001",
	    "--has", "Checks=Verdict=held something", "--has", "Checks=Limit=26 h", "--has",
	    "Sources=State=refused", NULL};
	struct sample *sample = sample_new();
	write_sample(sample, folder->file);
	assert_content(folder->file, wishes);
	sample_free(sample);
}

static void
test_nasty_texts_stay_texts(struct folder *folder, gconstpointer unused)
{
	static const char *const wishes[] = {"--has", "Access review=Person==1+1", "--has",
	    "Changes made=Person=@x", "--has", "Changes made=Person='quoted", "--has",
	    "Changes made=E-mail=+49301234567", "--has", "Changes made=Group or door=-2+3|cmd",
	    "--has", "Changes made=Person=Cl\xc3\xa9o \xf0\x9f\x9a\xaa", "--has",
	    "Changes made=Person=Eve \xef\xbf\xbd"
	    "evil\nnew line\ttab \xef\xbf\xbd",
	    "--has", "Changes made=Person=\xe6\x9d\x8e \xe5\xb0\x8f\xe9\xbe\x8d _x0041_", "--has",
	    "Rejected rows=Why=end: \"\xef\xbf\xbd[31mred\": not a date", "--has",
	    "Checks=What was found==HYPERLINK(\"http://x\")", "--lacks", "_x0001_", "--lacks",
	    " _x0041_",
	    /* a spreadsheet would read that as the letter A */ "--lacks", "/srv/", "--lacks",
	    "/etc/", NULL};
	struct sample *sample = sample_new();
	write_sample(sample, folder->file);
	assert_content(folder->file, wishes);
	sample_free(sample);
}

static void
test_outcomes(struct folder *folder, gconstpointer unused)
{
	static const char *const wishes[] = {"--has", "Changes made=Outcome=made and read back",
	    "--has", "Changes made=Outcome=FAILED", "--has",
	    "Changes made=Kisi answered=422: role is taken", "--has",
	    "Changes made=Outcome=not known", "--has", "Changes made=Outcome=not tried", NULL};
	struct sample *sample = sample_applied();
	write_sample(sample, folder->file);
	assert_content(folder->file, wishes);
	sample_free(sample);
}

static void
test_passes(struct folder *folder, gconstpointer unused)
{
	static const char *const wishes[] = {"--count", "Changes made=4", "--has",
	    "Changes made=What=link sent", "--has", "Changes made=Group or door=Suite", "--has",
	    "Changes made=Group or door=Gate", "--has", "Changes made=Group or door=52", "--has",
	    "Changes made=Link or schedule=kisi-reconcile bookings/17", "--has",
	    "Changes made=Kisi answered=not sent: what replaces it was not made", "--has",
	    "Changes made=After: until=2026-11-14 16:30:00", "--has",
	    "Changes made=Before: until=2026-11-14 13:00:00", NULL};
	struct sample *sample = sample_passes();
	write_sample(sample, folder->file);
	assert_content(folder->file, wishes);
	sample_free(sample);
}

static void
test_empty_sheets_open(struct folder *folder, gconstpointer unused)
{
	static const char *const wishes[] = {"--count", "Changes made=0", "--count", "To decide=0",
	    "--count", "Access review=0", NULL};
	struct sample *sample = sample_empty();
	write_sample(sample, folder->file);
	assert_content(folder->file, wishes);
	sample_free(sample);
}

static void
test_checker_can_fail(struct folder *folder, gconstpointer unused)
{
	static const char *const wrong[] = {
	    "--count", "Changes made=8", "--has", "Checks=Nose=x", NULL};
	struct sample *sample = sample_new();
	write_sample(sample, folder->file);
	char *said = check(folder->file, wrong);
	g_assert_nonnull(strstr(said, "Changes made: 7 rows, wanted 8"));
	g_assert_nonnull(strstr(said, "Checks: no column 'Nose'"));
	g_free(said);
	sample_free(sample);
}

/* The bytes of a file.  Caller frees. */
static GBytes *
bytes(const char *path)
{
	char *data;
	gsize length;
	g_assert_true(g_file_get_contents(path, &data, &length, NULL));
	return g_bytes_new_take(data, length);
}

static void
test_same_run_same_bytes(struct folder *folder, gconstpointer unused)
{
	struct sample *sample = sample_new();
	write_sample(sample, folder->file);
	GBytes *first = bytes(folder->file);
	/* The library asks for local time here and there: the machine's zone must not show. */
	char *zone = g_strdup(g_getenv("TZ"));
	g_setenv("TZ", "Pacific/Auckland", TRUE);
	g_usleep(1100 * 1000);
	write_sample(sample, folder->file);
	GBytes *second = bytes(folder->file);
	g_assert_true(g_bytes_equal(first, second));
	if (zone != NULL)
		g_setenv("TZ", zone, TRUE);
	else
		g_unsetenv("TZ");
	g_free(zone);
	g_bytes_unref(first);
	g_bytes_unref(second);
	sample_free(sample);
}

static void
test_private_file(struct folder *folder, gconstpointer unused)
{
	struct sample *sample = sample_new();
	g_assert_true(g_file_set_contents(folder->file, "old", -1, NULL));
	g_assert_cmpint(g_chmod(folder->file, 0644), ==, 0);
	write_sample(sample, folder->file);
	GStatBuf info;
	g_assert_cmpint(g_stat(folder->file, &info), ==, 0);
	g_assert_cmpint(info.st_mode & 0777, ==, 0600);
	sample_free(sample);
}

static void
test_failures_leave_nothing(struct folder *folder, gconstpointer unused)
{
	struct sample *sample = sample_new();
	GError *error = NULL;
	char *nowhere = g_build_filename(folder->path, "missing", "plan.xlsx", NULL);
	g_assert_false(workbook_write(&sample->run, nowhere, false, &error));
	g_assert_error(error, FAILURE, EXIT_FAILED);
	g_assert_nonnull(strstr(error->message, "missing/plan.xlsx"));
	g_clear_error(&error);
	g_free(nowhere);
	/* A folder cannot be replaced by a file. */
	g_assert_cmpint(g_mkdir(folder->file, 0700), ==, 0);
	g_assert_false(workbook_write(&sample->run, folder->file, false, &error));
	g_assert_error(error, FAILURE, EXIT_FAILED);
	g_clear_error(&error);
	g_assert_cmpint(g_rmdir(folder->file), ==, 0);
	sample_free(sample);
}

/*
 * A disk that is full after so many bytes, of the workbook or of a part of it on the way: an error, and no half a file.
 * limits: NULL for the usual ones.
 */
static void
assert_no_room(const struct sample *sample, const char *path, rlim_t bytes,
    const struct workbook_limits *limits)
{
	struct rlimit usual;
	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &usual), ==, 0);
	signal(SIGXFSZ, SIG_IGN);
	struct rlimit small = {.rlim_cur = bytes, .rlim_max = usual.rlim_max};
	GError *error = NULL;
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
	bool written = limits != NULL ? workbook_write_within(&sample->run, path, limits, &error)
				      : workbook_write(&sample->run, path, false, &error);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &usual), ==, 0);
	g_assert_false(written);
	g_assert_error(error, FAILURE, EXIT_FAILED);
	g_clear_error(&error);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

static void
test_no_room_on_disk(struct folder *folder, gconstpointer unused)
{
	/* The last one holds the file, but not its shared strings before they are packed. */
	static const rlim_t sizes[] = {0, 100, 4096, 20000, 30000};
	const struct workbook_limits few = {.sheet_rows = 1000};
	struct sample *sample = sample_new();
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		assert_no_room(sample, folder->file, sizes[i], NULL);
		assert_no_room(sample, folder->file, sizes[i], &few);
	}
	sample_free(sample);
}

static void
test_only_changes(struct folder *folder, gconstpointer unused)
{
	static const char *const wishes[] = {
	    "--changes", "--count", "Changes made=7", "--count", "Held back=4", NULL};
	struct sample *sample = sample_new();
	GError *error = NULL;
	workbook_write(&sample->run, folder->file, true, &error);
	g_assert_no_error(error);
	assert_content(folder->file, wishes);
	sample_free(sample);
}

/* A run without a plan has all sheets, and page 1 says so. */
static void
test_no_plan(struct folder *folder, gconstpointer unused)
{
	static const char *const wishes[] = {"--count", "Changes made=0", "--count", "To decide=1",
	    "--has", "To decide=Why it waits=Kisi cannot be reached", NULL};
	static const char *const said_so[] = {"--lacks", "THIS RUN CAME TO NO PLAN", NULL};
	struct sample *sample = sample_empty();
	sample->run.no_plan = "Kisi cannot be reached";
	sample->run.exit_code = EXIT_NO_KISI;
	write_sample(sample, folder->file);
	assert_content(folder->file, wishes);
	char *said = check(folder->file, said_so);
	g_assert_nonnull(strstr(said, "holds 'THIS RUN CAME TO NO PLAN"));
	g_free(said);
	sample_free(sample);
}

static void
test_overfull_sheets_say_so(struct folder *folder, gconstpointer unused)
{
	/* Nine rows: four above the data, four changes, and the sentence about the other three. */
	static const char *const wishes[] = {"--count", "Changes made=4", "--count",
	    "Missing groups=2", "--has",
	    "Changes made=Person=3 MORE ROWS ARE LEFT OUT: a sheet cannot hold them. All of them "
	    "are in the JSON plan.",
	    NULL};
	const struct workbook_limits limits = {.sheet_rows = 9};
	struct sample *sample = sample_new();
	GError *error = NULL;
	workbook_write_within(&sample->run, folder->file, &limits, &error);
	g_assert_no_error(error);
	assert_content(folder->file, wishes);
	static const char *const summary[] = {
	    "--lacks", "ROWS LEFT OUT, they are in the JSON plan", NULL};
	char *said = check(folder->file, summary);
	g_assert_nonnull(strstr(said, "holds 'ROWS LEFT OUT"));
	g_free(said);
	sample_free(sample);
}

/* Cut texts are not longer than Excel allows, in its own way of counting. */
static void
test_long_texts_are_cut(struct folder *folder, gconstpointer unused)
{
	struct sample *sample = sample_empty();
	GString *doors = g_string_new(NULL);
	for (int i = 0; i < 20000; i++)
		g_string_append(doors, "\xf0\x9f\x9a\xaa");
	struct finding *finding = g_new0(struct finding, 1);
	*finding = (struct finding){.id = "f00000000001",
	    .kind = FINDING_LATE,
	    .text = doors->str,
	    .first_seen = sample->plan->as_of,
	    .runs_seen = 1};
	g_ptr_array_add(sample->plan->findings, finding);
	write_sample(sample, folder->file);
	/* 32,767 units less 10 of the mark, two for each door. */
	g_string_truncate(doors, 16378 * strlen("\xf0\x9f\x9a\xaa"));
	char *wish = g_strdup_printf("Checks=What was found=%s ... (cut)", doors->str);
	const char *const wishes[] = {"--has", wish, NULL};
	assert_content(folder->file, wishes);
	g_free(wish);
	g_string_free(doors, TRUE);
	sample_free(sample);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*function)(struct folder *folder, gconstpointer unused);
	} tests[] = {
	    {"every-row-is-there", test_every_row_is_there},
	    {"nasty-texts-stay-texts", test_nasty_texts_stay_texts},
	    {"outcomes", test_outcomes},
	    {"passes", test_passes},
	    {"empty-sheets-open", test_empty_sheets_open},
	    {"checker-can-fail", test_checker_can_fail},
	    {"same-run-same-bytes", test_same_run_same_bytes},
	    {"private-file", test_private_file},
	    {"failures-leave-nothing", test_failures_leave_nothing},
	    {"no-room-on-disk", test_no_room_on_disk},
	    {"only-changes", test_only_changes},
	    {"no-plan", test_no_plan},
	    {"overfull-sheets-say-so", test_overfull_sheets_say_so},
	    {"long-texts-are-cut", test_long_texts_are_cut},
	};
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
		char *path = g_strconcat("/workbook/", tests[i].name, NULL);
		g_test_add(
		    path, struct folder, NULL, folder_make, tests[i].function, folder_remove);
		g_free(path);
	}
	return g_test_run();
}
