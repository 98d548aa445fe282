/* A workbook that is not whole is found, whatever of it is missing or wrong. */
#include "reports/parts.h"

#include "reports/workbook.h"
#include "sample_plan.h"

#include <glib/gstdio.h>

/* A small workbook's bytes; and the file it is read from. */
struct book {
	char *folder, *path;
	guint8 *bytes;
	gsize size;
	gsize directory; /* where it begins */
	gsize end;	 /* record */
};

static guint32
number_at(const struct book *book, gsize at, unsigned bytes)
{
	guint32 value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value |= (guint32)book->bytes[at + i] << (8 * i);
	return value;
}

static void
book_begin(struct book *book)
{
	struct sample *sample = sample_empty();
	GError *error = NULL;

	book->folder = g_dir_make_tmp("parts-XXXXXX", NULL);
	book->path = g_build_filename(book->folder, "a.xlsx", NULL);
	workbook_write(&sample->run, book->path, false, &error);
	g_assert_no_error(error);
	sample_free(sample);
	g_assert_true(g_file_get_contents(book->path, (char **)&book->bytes, &book->size, NULL));
	book->end = book->size - 22;
	book->directory = number_at(book, book->end + 16, 4);
}

static void
book_end(struct book *book)
{
	g_unlink(book->path);
	g_assert_cmpint(g_rmdir(book->folder), ==, 0);
	g_free(book->folder);
	g_free(book->path);
	g_free(book->bytes);
}

/* What is said about the first `size` bytes, with one of them changed. */
static char *
problem_of(const struct book *book, gsize size, gsize at, guint8 change)
{
	guint8 *copy = g_memdup2(book->bytes, book->size);
	char *problem = NULL;

	copy[at] ^= change;
	g_assert_true(g_file_set_contents(book->path, (const char *)copy, (gssize)size, NULL));
	problem = parts_problem(book->path);
	g_free(copy);
	return problem;
}

static void
test_damaged(void)
{
	struct book book;

	book_begin(&book);
	const gsize d = book.directory, local = number_at(&book, d + 42, 4);
	const gsize data = local + 30 + number_at(&book, local + 26, 2) +
			   number_at(&book, local + 28, 2);
	const struct {
		gsize size, at;
		guint8 change;
		const char *problem; /* NULL: none */
	} cases[] = {
	    {book.size, 0, 0, NULL},
	    {book.size, d + 12, 0xff, NULL}, /* a date: nobody's business */
	    {0, 0, 0, "no directory at its end"},
	    {21, 0, 0, "no directory at its end"},
	    {book.size - 1, 0, 0, "no directory at its end"},
	    {book.size, book.end, 1, "no directory at its end"},
	    {book.size, book.end + 16, 1, "its directory cannot be read"},
	    {book.size, book.end + 19, 0x7f, "its directory cannot be read"},
	    {book.size, d, 1, "its directory cannot be read"},
	    {book.size, d + 29, 0xff, "its directory cannot be read"}, /* length of a name */
	    {book.size, d + 42, 1, "its directory cannot be read"},
	    {book.size, d + 45, 0x7f, "its directory cannot be read"},
	    {book.size, local + 27, 0xff, "its directory cannot be read"},
	    {book.size, d + 23, 0x7f, "its directory cannot be read"}, /* packed size */
	    {book.size, d + 16, 1, "is not whole"},		       /* checksum */
	    {book.size, d + 24, 1, "is not whole"},		       /* size */
	    {book.size, data, 0x07, "is not whole"},
	    {book.size, data + 3, 0xff, "is not whole"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *problem = problem_of(&book, cases[i].size, cases[i].at, cases[i].change);

		g_test_message("%zu: %s", i, problem);
		if (cases[i].problem == NULL)
			g_assert_null(problem);
		else
			g_assert_nonnull(strstr(problem, cases[i].problem));
		g_free(problem);
	}
	g_unlink(book.path);
	char *problem = parts_problem(book.path);
	g_assert_nonnull(strstr(problem, book.path));
	g_free(problem);
	book_end(&book);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/parts/damaged", test_damaged);
	return g_test_run();
}
