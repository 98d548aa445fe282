/*
 * Runs a target without a fuzzer: every seed, then a fixed number of seeds with random changes, the same ones each time.
 * Speaks TAP.  What was tried last lies in <program>.last, so that a crash can be looked at:
 *
 *     build-san/fuzz/csv -runs=0 build-san/fuzz/csv.last
 *
 * usage: <program> [-runs=N] [-seed=N] [FILE|FOLDER...]; default: the seeds in <program>.seeds
 */
#include "fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#define CHANGES_MAX 6	       /* of one input */
#define INPUT_MAX (256u << 10) /* longer ones find nothing that shorter ones do not */

/* What trips readers of these formats. */
static const char *const words[] = {"\"", "\"\"", ",", ";", "\t", "|", "\r\n", "\n", "\r", "{", "}",
    "[", "]", ":", "\\", "\\u0000", "\\ud800", "\xEF\xBB\xBF", "\xFF\xFE", "\xE2\x80\xAE",
    "\xE2\x80\x8B", "\xC2\xA0", "\xD0\xB0", "\x01", "\x1B[2J", "=1+1", "@", "a@example.org", "null",
    "true", "1e999", "-0", "9223372036854775807", "9223372036854775808", "-1", "0001-01-01",
    "9999-12-31", "2026-02-30", "31/02/2026", "2026-03-29 02:30", "2026-10-25 02:30", "24:00",
    "12:00 AM", "1969-12-31", "2200-01-01T00:00:00Z", "+23:59", "sep=;\n", "BEGIN:VEVENT\r\n",
    "END:VEVENT\r\n", "BEGIN:VTIMEZONE\r\n", "RRULE:FREQ=SECONDLY\r\n",
    "RRULE:FREQ=DAILY;COUNT=99999999\r\n", "DTSTART;TZID=Nowhere/City:20260101T000000\r\n",
    "DURATION:P99999999999W\r\n", "%s%n", "../", "*", "[field start]\n", "= ", "999999999999d"};

static GPtrArray *seeds; /* of GBytes * */
static int last = -1;

static void
run(const uint8_t *data, size_t size)
{
	if (ftruncate(last, 0) != 0 || pwrite(last, data, size, 0) != (ssize_t)size)
		g_error("cannot note what is tried");
	/* A copy of its own, so that the sanitizer sees every byte that is read beyond it. */
	uint8_t *copy = malloc(MAX(size, 1));
	if (size > 0)
		memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void
add_seeds(const char *path)
{
	char *text;
	gsize length;
	GDir *folder = g_dir_open(path, 0, NULL);
	if (folder == NULL) {
		if (!g_file_get_contents(path, &text, &length, NULL))
			g_error("%s: cannot be read", path);
		g_ptr_array_add(seeds, g_bytes_new_take(text, length));
		return;
	}
	/* The order of a folder differs from machine to machine. */
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	for (const char *name; (name = g_dir_read_name(folder)) != NULL;)
		g_ptr_array_add(names, g_strdup(name));
	g_dir_close(folder);
	g_ptr_array_sort_with_data(names, (GCompareDataFunc)(void (*)(void))g_strcmp0, NULL);
	for (guint i = 0; i < names->len; i++) {
		char *file = g_build_filename(path, names->pdata[i], NULL);
		add_seeds(file);
		g_free(file);
	}
	g_ptr_array_unref(names);
}

static GBytes *
some_seed(GRand *rand)
{
	return seeds->pdata[g_rand_int_range(rand, 0, (gint32)seeds->len)];
}

static guint
some_place(GRand *rand, const GByteArray *input)
{
	return input->len == 0 ? 0 : (guint)g_rand_int_range(rand, 0, (gint32)input->len);
}

static void
insert(GByteArray *input, guint at, const void *data, size_t size)
{
	guint rest = input->len - at;
	g_byte_array_set_size(input, input->len + (guint)size);
	memmove(input->data + at + size, input->data + at, rest);
	memcpy(input->data + at, data, size);
}

/* A piece of a seed; *size is set. */
static const uint8_t *
piece(GRand *rand, gsize *size)
{
	gsize whole;
	const uint8_t *data = g_bytes_get_data(some_seed(rand), &whole);
	if (whole == 0) {
		*size = 0;
		return (const uint8_t *)"";
	}
	gsize from = (gsize)g_rand_int_range(rand, 0, (gint32)whole);
	gsize length = (gsize)g_rand_int_range(rand, 1, 200);
	*size = MIN(whole - from, length);
	return data + from;
}

static void
change(GRand *rand, GByteArray *input)
{
	guint at = some_place(rand, input), length;
	gsize size;
	switch (g_rand_int_range(rand, 0, 7)) {
	case 0:
		if (input->len > 0)
			input->data[at] ^= (guint8)(1 << g_rand_int_range(rand, 0, 8));
		break;
	case 1:
		if (input->len > 0)
			input->data[at] = (guint8)g_rand_int_range(rand, 0, 256);
		break;
	case 2:
		length = (guint)g_rand_int_range(rand, 1, 80);
		g_byte_array_remove_range(input, at, MIN(input->len - at, length));
		break;
	case 3:
		g_byte_array_set_size(input, at); /* cut */
		break;
	case 4: {
		const uint8_t *found = piece(rand, &size);
		insert(input, at, found, size);
		break;
	}
	case 5: { /* the same again, many times */
		const uint8_t *found = piece(rand, &size);
		for (int n = g_rand_int_range(rand, 1, 40); n > 0; n--)
			insert(input, at, found, MIN(size, 20));
		break;
	}
	default: {
		const char *word = words[g_rand_int_range(rand, 0, G_N_ELEMENTS(words))];
		insert(input, at, word, strlen(word));
		break;
	}
	}
}

static void
run_changed(uint32_t seed, unsigned long runs)
{
	GRand *rand = g_rand_new_with_seed(seed);
	for (unsigned long i = 0; i < runs; i++) {
		GByteArray *input = g_byte_array_new();
		gsize size;
		const uint8_t *data = g_bytes_get_data(some_seed(rand), &size);
		g_byte_array_append(input, data, (guint)MIN(size, INPUT_MAX));
		for (int n = g_rand_int_range(rand, 1, CHANGES_MAX + 1); n > 0; n--)
			change(rand, input);
		run(input->data, input->len);
		g_byte_array_unref(input);
	}
	g_rand_free(rand);
}

int
main(int argc, char **argv)
{
	unsigned long runs = fuzz_runs, seed = 1;
	char *note = g_strconcat(argv[0], ".last", NULL);
	g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
	seeds = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	last = open(note, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	for (int i = 1; i < argc; i++) {
		if (g_str_has_prefix(argv[i], "-runs="))
			runs = strtoul(argv[i] + strlen("-runs="), NULL, 10);
		else if (g_str_has_prefix(argv[i], "-seed="))
			seed = strtoul(argv[i] + strlen("-seed="), NULL, 10);
		else if (argv[i][0] != '-')
			add_seeds(argv[i]);
	}
	if (seeds->len == 0) {
		char *folder = g_strconcat(argv[0], ".seeds", NULL);
		add_seeds(folder);
		g_free(folder);
	}
	for (guint i = 0; i < seeds->len; i++) {
		gsize size;
		const uint8_t *data = g_bytes_get_data(seeds->pdata[i], &size);
		run(data, size);
	}
	if (seeds->len > 0)
		run_changed((uint32_t)seed, runs);
	printf("1..1\n%s 1 - %u seeds and %lu changed ones\n", seeds->len > 0 ? "ok" : "not ok",
	    seeds->len, runs);
	close(last);
	unlink(note);
	g_free(note);
	g_ptr_array_unref(seeds);
	return 0;
}
