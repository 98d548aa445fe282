/* Bytes and structure of tables: encodings, numbers of rows and lines, what is refused. */
#include "importers/csvfile.h"

#include "base/failure.h"
#include "importers/limits.h"

#include <glib/gstdio.h>
#include <string.h>

static char *path;

static struct bytes *
opened(const char *text, size_t length, struct bytes_facts *facts, GError **error)
{
	g_assert_true(g_file_set_contents(path, text, (gssize)length, NULL));
	return bytes_open(path, "f.csv", FILE_SIZE_MAX, facts, error);
}

static char *
all_text(struct bytes *bytes)
{
	GString *text = g_string_new(NULL);
	char buffer[16];
	gssize got;
	while ((got = bytes_read(bytes, buffer, sizeof(buffer), NULL)) > 0)
		g_string_append_len(text, buffer, got);
	g_assert_cmpint(got, ==, 0);
	return g_string_free(text, FALSE);
}

#define TEXT(s) s, sizeof(s) - 1

static void
test_encodings(void)
{
	static const struct {
		const char *raw;
		size_t length;
		const char *encoding, *text;
	} cases[] = {
	    {TEXT("a,b"), "UTF-8", "a,b"},
	    {TEXT("\xEF\xBB\xBF\"a\""), "UTF-8", "\"a\""},
	    {TEXT("Zo\xC3\xAB"), "UTF-8", "Zo\xC3\xAB"},
	    {TEXT("Zo\xEB,\x80"), "windows-1252", "Zo\xC3\xAB,\xE2\x82\xAC"},
	    {TEXT("Zo\xC3\xAB Zo\xEB"), "windows-1252", "Zo\xC3\x83\xC2\xAB Zo\xC3\xAB"},
	    {TEXT("Zo\xC3"), "windows-1252", "Zo\xC3\x83"},
	    {TEXT("\xFF\xFE"
		  "a\0\xEB\0"),
		"UTF-16LE", "a\xC3\xAB"},
	    {TEXT("\xFE\xFF\0a\0\xEB"), "UTF-16BE", "a\xC3\xAB"},
	    {TEXT("a\0,\0b\0"), "UTF-16LE", "a,b"},
	    {TEXT("\0a\0,\0b"), "UTF-16BE", "a,b"},
	    {TEXT("\xFF\xFE"
		  "a\0\x3D\xD8\x00\xDE"),
		"UTF-16LE", "a\xF0\x9F\x98\x80"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct bytes_facts facts;
		GError *error = NULL;
		struct bytes *b = opened(cases[i].raw, cases[i].length, &facts, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(facts.encoding, ==, cases[i].encoding);
		g_assert_cmpint(facts.size, ==, (gint64)cases[i].length);
		char *sum = g_compute_checksum_for_data(
		    G_CHECKSUM_SHA256, (const guchar *)cases[i].raw, cases[i].length);
		g_assert_cmpstr(facts.sha256, ==, sum);
		for (int again = 0; again < 2; again++) {
			char *text = all_text(b);
			g_assert_cmpstr(text, ==, cases[i].text);
			g_free(text);
			g_assert_true(bytes_rewind(b, NULL));
		}
		g_free(sum);
		bytes_close(b);
	}
}

static void
test_no_text(void)
{
	static const struct {
		const char *raw;
		size_t length;
		const char *message;
	} cases[] = {
	    {TEXT(""), "empty"},
	    {TEXT(" \r\n\t"), "empty"},
	    {TEXT("\xEF\xBB\xBF"), "empty"},
	    {TEXT("PK\x03\x04"), "XLSX"},
	    {TEXT("\xD0\xCF\x11\xE0"), "XLS"},
	    {TEXT("\x1F\x8B\x08"), "gzip"},
	    {TEXT("%PDF-1.7"), "PDF"},
	    {TEXT("  \n<!DOCTYPE html>"), "web page"},
	    {TEXT("booking_id,email\n\0\0\0\0\0\0"), "NUL"},
	    {TEXT("\xFF\xFE"
		  "a\0b"),
		"UTF-16LE"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct bytes_facts facts;
		GError *error = NULL;
		struct bytes *b = opened(cases[i].raw, cases[i].length, &facts, &error);
		if (b != NULL) {
			/* Half a character at the end shows only when it is read. */
			char buffer[64];
			g_assert_cmpint(bytes_read(b, buffer, sizeof(buffer), &error), <=, 2);
			if (error == NULL)
				bytes_read(b, buffer, sizeof(buffer), &error);
		}
		g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
		if (strstr(error->message, cases[i].message) == NULL)
			g_error("case %zu: %s", i, error->message);
		g_clear_error(&error);
		bytes_close(b);
	}
}

static void
test_no_file(void)
{
	struct bytes_facts facts;
	GError *error = NULL;
	g_assert_null(bytes_open("/nonexistent/f.csv", "f.csv", FILE_SIZE_MAX, &facts, &error));
	g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
	g_clear_error(&error);
	g_assert_null(bytes_open("/tmp", "tmp", FILE_SIZE_MAX, &facts, &error));
	g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
	g_clear_error(&error);
	g_assert_null(bytes_open("/dev/zero", "zero", FILE_SIZE_MAX, &facts, &error));
	g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
	g_clear_error(&error);
}

/* An export that is still being written, or replaced in place: what was read is neither the one nor the other. */
static void
test_changes_meanwhile(void)
{
	struct bytes_facts facts;
	char buffer[64];
	GError *error = NULL;
	struct bytes *b = opened(TEXT("a,b\n"), &facts, &error);
	g_assert_no_error(error);
	g_assert_true(
	    g_file_set_contents_full(path, "a,b\nc,d\n", -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
	gssize got = 1;
	while (got > 0)
		got = bytes_read(b, buffer, sizeof buffer, &error);
	g_assert_cmpint(got, ==, -1);
	g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
	g_assert_nonnull(strstr(error->message, "changed while it was read"));
	g_clear_error(&error);
	bytes_close(b);
}

static void
test_too_large(void)
{
	struct bytes_facts facts;
	GError *error = NULL;
	bytes_close(opened(TEXT("a,b\n"), &facts, NULL));
	g_assert_cmpint(truncate(path, FILE_SIZE_MAX + 1), ==, 0);
	g_assert_null(bytes_open(path, "f.csv", FILE_SIZE_MAX, &facts, &error));
	g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
	g_assert_nonnull(strstr(error->message, "larger than 4096 MiB"));
	g_clear_error(&error);
}

static bool
take(void *user, const struct csv_record *r)
{
	GString *log = user;
	g_string_append_printf(log, "%u:%u", r->row, r->line);
	for (size_t i = 0; i < r->n_cells; i++)
		g_string_append_printf(log, "{%s}", r->cells[i]);
	g_string_append(log, r->fault != NULL ? "? " : r->too_long ? "! " : r->at_end ? "$ " : " ");
	return strstr(log->str, "{stop}") == NULL;
}

static void
test_records(void)
{
	static const struct {
		char delimiter;
		const char *text, *want; /* NULL: refused */
	} cases[] = {
	    {',', "a,b\nc,d\n", "1:1{a}{b} 2:2{c}{d} "},
	    {',', "a,b\r\nc,d\r\n", "1:1{a}{b} 2:2{c}{d} "},
	    {',', "a,b\rc,d\r", "1:1{a}{b} 2:2{c}{d} "},
	    {',', "a,b\nc,d", "1:1{a}{b} 2:2{c}{d}$ "},
	    {',', "a\n\n\nb\n", "1:1{a} 2:2 3:3 4:4{b} "},
	    {',', "a\r\n\r\n\r\nb\r\n", "1:1{a} 2:2 3:3 4:4{b} "},
	    {',', "\n\na\n", "1:1 2:2 3:3{a} "},
	    {',', "a\n  \nb\n", "1:1{a} 2:2 3:3{b} "},
	    {',', ",\na,\n", "1:1{}{} 2:2{a}{} "},
	    {',', "\"a\nb\",\"c\r\nd\"\ne\n", "1:1{a\nb}{c\r\nd} 2:4{e} "},
	    {',', "\"a\rb\"\ne\n", "1:1{a\rb} 2:3{e} "},
	    {',', " a , \" b \" \n", "1:1{a}{ b } "},
	    {',', "\"a\"\"b\"\n", "1:1{a\"b} "},
	    {';', "a,b;c\n", "1:1{a,b}{c} "},
	    {'\t', "a\t\tc\n", "1:1{a}{}{c} "},
	    {'|', "a|b\n", "1:1{a}{b} "},
	    {';', "sep=;\na;b\n", "1:2{a}{b} "},
	    {';', "\"sep=;\"\r\na;b\n", "1:2{a}{b} "},
	    {',', "a\nstop\nb\n", "1:1{a} 2:2{stop} "},
	    {',', "a,\"b,c\"\n", "1:1{a}{b,c} "},
	    {',', "a,\"\",\"\"\n\"\"\n", "1:1{a}{}{} 2:2{} "},
	    {',', "\"\"\"\",\"\"\"a\"\"\"\n", "1:1{\"}{\"a\"} "},
	    {',', "\"a\n\"\"b\"\"\r\n\",c\r\n", "1:1{a\n\"b\"\r\n}{c} "},
	    {',', "1,\"{\"\"x\"\": [\"\"y\"\", 2]}\"\n", "1:1{1}{{\"x\": [\"y\", 2]}} "},
	    {',', "a,b\n\xca\xa4,\xef\xbf\xbd\n", "1:1{a}{b} 2:2{\xca\xa4}{\xef\xbf\xbd} "},
	    {',', "a\nb", "1:1{a} 2:2{b}$ "},
	    {',', "a,b,c\n,,\n,,", "1:1{a}{b}{c} 2:2{}{}{} 3:3{}{}{}$ "},
	    {',', "\"a\" , \"b\"\n", "1:1{a}{b} "},
	    {',', "a,\"b\"", "1:1{a}{b}$ "},
	    {',', "'a,b'\n", "1:1{'a}{b'} "},
	    {',', "a\\,b\n", "1:1{a\\}{b} "},
	    {',', "#a,b\n", "1:1{#a}{b} "},
	    {',', "a\nb\"c,d\n", NULL},
	    {',', "a\n\"b\"c\",d\n", NULL},
	    {',', "a\n\"b\\\"c\",d\n", NULL},
	    {',', "a\nb,\"c\n", NULL},
	    {',', "a\nBo \"the\" Jr,b\n", NULL},
	    {',', "a\n\"b\"c,d\n", NULL},
	    {',', "a\n\"b,c\nd,e\n", NULL},
	    {',', "a\n\"b,c\n\"d,e\n", NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct bytes_facts facts;
		GError *error = NULL;
		GString *log = g_string_new(NULL);
		struct bytes *b = opened(cases[i].text, strlen(cases[i].text), &facts, &error);
		g_assert_no_error(error);
		bool good = csv_read(b, cases[i].delimiter, CSV_WHOLE, take, log, &error);
		if (cases[i].want != NULL) {
			g_assert_no_error(error);
			g_assert_true(good);
			g_assert_cmpstr(log->str, ==, cases[i].want);
		} else {
			g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
			g_assert_true(g_str_has_prefix(error->message, "f.csv:2: "));
			g_clear_error(&error);
		}
		g_string_free(log, TRUE);
		bytes_close(b);
	}
}

/* A quote that does not fit costs its own row, and where backslashes are quotes not even that. */
static void
test_quotes(void)
{
	static const struct {
		const char *text, *doubled, *backslash; /* NULL: refused */
	} cases[] = {
	    {"1,\"3\\\" high\"\n2,\"a, b\"\n", "1:1{1}{3\" high}? 2:2{2}{a, b} ",
		"1:1{1}{3\" high} 2:2{2}{a, b} "},
	    {"1,\"3\\\"\"\n2,b\n", "1:1{1}{3\"}? 2:2{2}{b} ", "1:1{1}{3\"} 2:2{2}{b} "},
	    {"1,\"a \\\" b\nc\"\n2,b\n", "1:1{1}{a \" b\nc}? 2:3{2}{b} ",
		"1:1{1}{a \" b\nc} 2:3{2}{b} "},
	    {"1,\"C:\\\\\\\"x\"\n2,b", "1:1{1}{C:\\\\\"x}? 2:2{2}{b}$ ",
		"1:1{1}{C:\\\\\"x} 2:2{2}{b}$ "},
	    {"1,net 3\" high\n2,b\n", "1:1{1}{net 3\" high}? 2:2{2}{b} ",
		"1:1{1}{net 3\" high}? 2:2{2}{b} "},
	    {"1,\"a,b\n2,\"c\",d\n3,e\n", "1:1{1}{\"a}{b}? 2:2{2}{c}{d} 3:3{3}{e} ",
		"1:1{1}{\"a}{b}? 2:2{2}{c}{d} 3:3{3}{e} "},
	    {"1,\"a\\\"b\"c\"\r\n2,b\r\n", "1:1{1}{a\\\"b\"c}? 2:2{2}{b} ",
		"1:1{1}{a\\\"b\"c}? 2:2{2}{b} "},
	    /* a path that ends in a backslash is no such quote */
	    {"1,\"C:\\\",b\n2,c,d\n", "1:1{1}{C:\\}{b} 2:2{2}{c}{d} ",
		"1:1{1}{C:\\}{b} 2:2{2}{c}{d} "},
	    /* a file that was cut inside quotes is never whole */
	    {"1,b\n2,\"c\n", NULL, NULL},
	    {"1,b\n2,\"c \\\" d\n3,e\n", NULL, NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases) * 2; i++) {
		struct bytes_facts facts;
		GError *error = NULL;
		const char *text = cases[i / 2].text;
		const char *want = i % 2 == 0 ? cases[i / 2].doubled : cases[i / 2].backslash;
		g_autoptr(GString) log = g_string_new(NULL);
		struct bytes *b = opened(text, strlen(text), &facts, &error);
		g_assert_no_error(error);
		csv_read(b, ',', i % 2 == 0 ? CSV_DOUBLED : CSV_BACKSLASH, take, log, &error);
		if (want != NULL) {
			g_assert_no_error(error);
			g_assert_cmpstr(log->str, ==, want);
		} else {
			g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
			g_clear_error(&error);
		}
		bytes_close(b);
	}
}

/* Files that `cat` has put together: a BOM before a header is none of its text, with and without a line break. */
static void
test_joined(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"id,name\n1,b\n\xEF\xBB\xBFid,name\n2,c\n",
		"1:1{id}{name} 2:2{1}{b} 3:3{id}{name} 4:4{2}{c} "},
	    {"\xEF\xBB\xBF\"id\",name\n1,b\n\xEF\xBB\xBF\"id\",name\n2,c\n",
		"1:1{id}{name} 2:2{1}{b} 3:3{id}{name} 4:4{2}{c} "},
	    {"id,name\n1,b\xEF\xBB\xBFid,name\n2,c\n",
		"1:1{id}{name} 2:2{1}{b} 3:3{id}{name} 4:4{2}{c} "},
	    {"id,name\n1,b\xEF\xBB\xBFid\n", "1:1{id}{name} 2:2{1}{b\xEF\xBB\xBFid} "},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct bytes_facts facts;
		GError *error = NULL;
		g_autoptr(GString) log = g_string_new(NULL);
		struct bytes *b = opened(cases[i].text, strlen(cases[i].text), &facts, &error);
		csv_read(b, ',', CSV_DOUBLED, take, log, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(log->str, ==, cases[i].want);
		bytes_close(b);
	}
}

/* The header has `email` and `start`; both are needed. */
static unsigned
judge(void *user, char *const *cells, size_t n_cells, bool *complete)
{
	unsigned found = 0;
	for (size_t i = 0; i < n_cells; i++)
		found += strcmp(cells[i], "email") == 0 || strcmp(cells[i], "start") == 0;
	*complete = found == 2;
	return found;
}

static void
test_limits(void)
{
	struct bytes_facts facts;
	GError *error = NULL;
	GString *text = g_string_new("a,b\n\"");
	GString *log = g_string_new(NULL);
	for (size_t i = 0; i <= CELL_MAX; i++)
		g_string_append_c(text, 'x');
	g_string_append(text, "\",y\nc,d\n");
	struct bytes *b = opened(text->str, text->len, &facts, &error);
	g_assert_true(csv_read(b, ',', CSV_WHOLE, take, log, &error));
	g_assert_cmpstr(log->str, ==, "1:1{a}{b} 2:2{}{y}! 3:3{c}{d} ");
	bytes_close(b);

	g_string_assign(text, "a,b\n\"");
	while (text->len < CELL_BUFFER_MAX * 2)
		g_string_append(text, "more rows, swallowed by a quote,\n");
	b = opened(text->str, text->len, &facts, &error);
	g_assert_false(csv_read(b, ',', CSV_WHOLE, take, log, &error));
	g_assert_nonnull(strstr(error->message, "more than 8 MiB"));
	g_clear_error(&error);
	bytes_close(b);

	g_string_assign(text, "");
	for (size_t i = 0; i < CELLS_MAX + 1; i++)
		g_string_append_c(text, ',');
	b = opened(text->str, text->len, &facts, &error);
	g_assert_false(csv_read(b, ',', CSV_WHOLE, take, log, &error));
	g_clear_error(&error);
	/* where the header is looked for, that is no row */
	struct csv_header header;
	csv_find_header(b, judge, NULL, &header);
	g_assert_cmpint(header.row, ==, 0);
	csv_header_done(&header);
	bytes_close(b);

	/* a stray quote in a line whose end is not read yet: nobody knows where the next row begins */
	g_string_assign(text, "a,b\n\"x\"y,");
	while (text->len < ((size_t)1 << 20))
		g_string_append(text, "b2,mira@example.com,");
	g_string_append(text, "\nc,d\n");
	g_string_truncate(log, 0);
	b = opened(text->str, text->len, &facts, &error);
	g_assert_false(csv_read(b, ',', CSV_DOUBLED, take, log, &error));
	g_assert_nonnull(strstr(error->message, "quote"));
	g_assert_cmpstr(log->str, ==, "1:1{a}{b} ");
	g_clear_error(&error);
	bytes_close(b);
	g_string_free(text, TRUE);
	g_string_free(log, TRUE);
}

static void
test_header(void)
{
	static const struct {
		const char *text;
		char delimiter;
		unsigned row;
		bool complete;
	} cases[] = {
	    {"email,start\n", ',', 1, true},
	    {"email;start\n", ';', 1, true},
	    {"email\tstart\n", '\t', 1, true},
	    {"email|start\n", '|', 1, true},
	    {"sep=|\nemail|start\n", '|', 1, true},
	    {"\"email\",\"a;b\",start\n", ',', 1, true},
	    {"\"a,b\";email;start\n", ';', 1, true},
	    {"Report, November\n\nemail;start\n", ';', 3, true},
	    {"email\nemail,start\n", ',', 2, true},
	    {"\xC2\xA0"
	     "email , start\xC2\xA0\n",
		',', 1, true},
	    {"email,begin\nx,y\n", ',', 1, false},
	    {"a,b\nc,d\n", ',', 0, false},
	    {"1\n2\n3\n4\n5\n6\n7\n8\n9\nemail,start\n", ',', 10, true},
	    {"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\nemail,start\n", ',', 0, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct bytes_facts facts;
		struct csv_header header;
		struct bytes *b = opened(cases[i].text, strlen(cases[i].text), &facts, NULL);
		csv_find_header(b, judge, NULL, &header);
		g_assert_cmpint(header.row, ==, cases[i].row);
		g_assert_cmpint(header.complete, ==, cases[i].complete);
		g_assert_cmpint(header.delimiter, ==, cases[i].delimiter);
		csv_header_done(&header);
		bytes_close(b);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	char *dir = g_dir_make_tmp("csvfile-XXXXXX", NULL);
	path = g_build_filename(dir, "f.csv", NULL);
	g_test_add_func("/bytes/encodings", test_encodings);
	g_test_add_func("/bytes/no-text", test_no_text);
	g_test_add_func("/bytes/no-file", test_no_file);
	g_test_add_func("/bytes/changes-meanwhile", test_changes_meanwhile);
	g_test_add_func("/bytes/too-large", test_too_large);
	g_test_add_func("/csv/records", test_records);
	g_test_add_func("/csv/quotes", test_quotes);
	g_test_add_func("/csv/joined", test_joined);
	g_test_add_func("/csv/limits", test_limits);
	g_test_add_func("/csv/header", test_header);
	int result = g_test_run();
	g_unlink(path);
	g_rmdir(dir);
	g_free(path);
	g_free(dir);
	return result;
}
