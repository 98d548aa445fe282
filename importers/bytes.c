/*
 * From bytes on disk to UTF-8.  Decides the encoding, by the byte order mark, by NULs, by validity, never by
 * guessing at letters; and refuses what is no text at all.  What the text means is not decided here.
 */
#include "importers/bytes.h"

#include "base/failure.h"
#include "importers/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK ((size_t)1 << 20)
#define HEAD_MAX ((size_t)64 << 10)
#define PROBE 4096 /* bytes in which NULs tell UTF-16 */

enum encoding { UTF_8, UTF_16LE, UTF_16BE, WINDOWS_1252 };

static const char *const encoding_names[] = {"UTF-8", "UTF-16LE", "UTF-16BE", "windows-1252"};

struct bytes {
	char *name;
	int fd;
	struct stat stat;
	enum encoding encoding;
	size_t bom;  /* bytes of it */
	GIConv conv; /* for all but UTF-8 */
	char *raw;   /* read but not yet converted: raw[raw_at .. raw_length) */
	size_t raw_at, raw_length;
	bool ended;
	char *head;
	size_t head_length;
};

/* What the first reading has found out. */
struct probe {
	char tail[4]; /* of a block, the begin of a character that the next block ends */
	size_t tail_length;
	bool utf8, nul;
	bool folds;	/* a calendar: its lines may be folded inside a character */
	bool line_over; /* the last byte ended a line */
};

static ssize_t
read_block(const struct bytes *b, char *buffer, size_t room)
{
	ssize_t got;
	do
		got = read(b->fd, buffer, room);
	while (got < 0 && errno == EINTR);
	return got;
}

/* Take line breaks out of a block of a calendar, and the blank that a line begins with when it goes on; the new length. */
static size_t
unfold(struct probe *p, char *block, size_t length)
{
	size_t kept = 0;
	for (size_t i = 0; i < length; i++) {
		char c = block[i];
		bool blank = p->line_over && (c == ' ' || c == '\t');
		p->line_over = c == '\n';
		if (c != '\r' && c != '\n' && !blank)
			block[kept++] = c;
	}
	return kept;
}

/* Go on checking UTF-8.  block has room for 4 bytes in front of it. */
static void
probe_utf8(struct probe *p, char *block, size_t length)
{
	char *text = block - p->tail_length;
	memcpy(text, p->tail, p->tail_length);
	length += p->tail_length;
	p->tail_length = 0;
	const char *end;
	if (g_utf8_validate_len(text, length, &end))
		return;
	size_t left = length - (size_t)(end - text);
	if (*end == '\0') {
		p->nul = true;
	} else if (left < 4 && g_utf8_get_char_validated(end, (gssize)left) == (gunichar)-2) {
		memcpy(p->tail, end, left);
		p->tail_length = left;
	} else {
		p->utf8 = false;
	}
}

/* Text of Latin letters in UTF-16 has a NUL in every other byte. */
static bool
nuls_tell_utf16(const char *block, size_t length, enum encoding *out)
{
	size_t nuls[2] = {0, 0};
	length = MIN(length, PROBE);
	for (size_t i = 0; i < length; i++)
		nuls[i % 2] += block[i] == '\0';
	if (length < 4 || MAX(nuls[0], nuls[1]) < length / 4 || nuls[0] * nuls[1] != 0)
		return false;
	*out = nuls[1] > 0 ? UTF_16LE : UTF_16BE;
	return true;
}

static void
detect(struct bytes *b, const char *block, size_t length)
{
	if (length >= 3 && memcmp(block, "\xEF\xBB\xBF", 3) == 0) {
		b->bom = 3;
	} else if (length >= 2 && memcmp(block, "\xFF\xFE", 2) == 0) {
		b->bom = 2;
		b->encoding = UTF_16LE;
	} else if (length >= 2 && memcmp(block, "\xFE\xFF", 2) == 0) {
		b->bom = 2;
		b->encoding = UTF_16BE;
	} else {
		nuls_tell_utf16(block, length, &b->encoding);
	}
}

static bool
is_calendar(const struct bytes *b, const char *block, size_t length)
{
	static const char first[] = "BEGIN:VCALENDAR";
	size_t at = b->bom;
	while (at < length && g_ascii_isspace(block[at]))
		at++;
	return length - at >= strlen(first) &&
	       g_ascii_strncasecmp(block + at, first, strlen(first)) == 0;
}

static bool
refuse_signature(const struct bytes *b, const char *block, size_t length, GError **error)
{
	static const char save_csv[] =
	    "open it in a spreadsheet program, save it as \"CSV UTF-8\", and import that file";
	if (length >= 4 && memcmp(block, "PK\x03\x04", 4) == 0)
		return fail(error, EXIT_BAD_INPUT, save_csv,
		    "%s: an Excel workbook (XLSX) or ZIP archive, not text", b->name);
	if (length >= 4 && memcmp(block, "\xD0\xCF\x11\xE0", 4) == 0)
		return fail(error, EXIT_BAD_INPUT, save_csv,
		    "%s: an old Excel workbook (XLS), not text", b->name);
	if (length >= 2 && memcmp(block, "\x1F\x8B", 2) == 0)
		return fail(
		    error, EXIT_BAD_INPUT, "unpack it first", "%s: compressed (gzip)", b->name);
	if (length >= 5 && memcmp(block, "%PDF-", 5) == 0)
		return fail(error, EXIT_BAD_INPUT, save_csv, "%s: a PDF, not text", b->name);
	return true;
}

/* Read the whole file once: its hash, and whether it is UTF-8. */
static bool
survey(struct bytes *b, struct bytes_facts *facts, GError **error)
{
	struct sum sum;
	struct probe probe = {.utf8 = true};
	sum_begin(&sum);
	char *buffer = g_malloc(BLOCK + sizeof(probe.tail));
	char *block = buffer + sizeof(probe.tail);
	bool good = true, first = true;
	ssize_t got;
	while ((got = read_block(b, block, BLOCK)) > 0) {
		sum_add(&sum, block, (size_t)got);
		if (first) {
			detect(b, block, (size_t)got);
			good = refuse_signature(b, block, (size_t)got, error);
			probe.folds = is_calendar(b, block, (size_t)got);
		}
		first = false;
		size_t length = (size_t)got;
		if (probe.folds)
			length = unfold(&probe, block, length);
		if (b->encoding == UTF_8)
			probe_utf8(&probe, block, length);
	}
	if (got < 0)
		good = fail(error, EXIT_BAD_INPUT, NULL, "%s: cannot be read: %s", b->name,
		    g_strerror(errno));
	else
		sum_end(&sum, facts->sha256);
	if (good && probe.nul)
		good = fail(error, EXIT_BAD_INPUT, "it may be damaged: export it again",
		    "%s: NUL bytes in it, not text", b->name);
	if (!probe.utf8 || probe.tail_length > 0)
		b->encoding = WINDOWS_1252;
	g_free(buffer);
	return good;
}

static bool
fill_head(struct bytes *b, GError **error)
{
	b->head = g_malloc(HEAD_MAX);
	gssize got = 1;
	while (b->head_length <= HEAD_MAX / 2 && got > 0) {
		got = bytes_read(b, b->head + b->head_length, HEAD_MAX - b->head_length, error);
		b->head_length += got > 0 ? (size_t)got : 0;
	}
	if (got < 0)
		return false;
	size_t blank = 0;
	while (blank < b->head_length && g_ascii_isspace(b->head[blank]))
		blank++;
	if (blank == b->head_length)
		return fail(error, EXIT_BAD_INPUT, "export it again", "%s: empty", b->name);
	if (b->head[blank] == '<')
		return fail(error, EXIT_BAD_INPUT,
		    "the download may have saved a login page: export it again",
		    "%s: a web page (or XML), not an export", b->name);
	return bytes_rewind(b, error);
}

static bool
open_file(
    struct bytes *b, const char *path, int64_t most, struct bytes_facts *facts, GError **error)
{
	/* Without O_NONBLOCK a named pipe would stop the run until somebody writes to it. */
	b->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (b->fd < 0 || fstat(b->fd, &b->stat) != 0)
		return fail(error, EXIT_BAD_INPUT, NULL, "%s: cannot be opened: %s", b->name,
		    g_strerror(errno));
	if (!S_ISREG(b->stat.st_mode))
		return fail(error, EXIT_BAD_INPUT, NULL, "%s: not a regular file", b->name);
	facts->size = b->stat.st_size;
	facts->modified = b->stat.st_mtim.tv_sec;
	if (b->stat.st_size > most)
		return fail(error, EXIT_BAD_INPUT, LIMIT_HINT,
		    "%s: larger than %" G_GINT64_FORMAT " MiB", b->name, most >> 20);
	return true;
}

struct bytes *
bytes_open(
    const char *path, const char *name, int64_t most, struct bytes_facts *facts, GError **error)
{
	struct bytes *b = g_new0(struct bytes, 1);
	*facts = (struct bytes_facts){.encoding = encoding_names[UTF_8]};
	b->name = g_strdup(name);
	b->fd = -1;
	b->conv = (GIConv)-1;
	if (!open_file(b, path, most, facts, error) || !survey(b, facts, error))
		goto failed;
	facts->encoding = encoding_names[b->encoding];
	if (b->encoding != UTF_8) {
		b->conv = g_iconv_open("UTF-8", encoding_names[b->encoding]);
		b->raw = g_malloc(BLOCK);
		if (b->conv == (GIConv)-1) {
			fail(error, EXIT_BAD_INPUT, "save it as UTF-8",
			    "%s: this machine cannot read %s", b->name, facts->encoding);
			goto failed;
		}
	}
	if (!bytes_rewind(b, error) || !fill_head(b, error))
		goto failed;
	return b;
failed:
	bytes_close(b);
	return NULL;
}

void
bytes_close(struct bytes *b)
{
	if (b == NULL)
		return;
	if (b->fd >= 0)
		close(b->fd);
	if (b->conv != (GIConv)-1)
		g_iconv_close(b->conv);
	g_free(b->raw);
	g_free(b->head);
	g_free(b->name);
	g_free(b);
}

bool
bytes_rewind(struct bytes *b, GError **error)
{
	b->raw_at = b->raw_length = 0;
	b->ended = false;
	if (b->conv != (GIConv)-1)
		g_iconv(b->conv, NULL, NULL, NULL, NULL);
	if (lseek(b->fd, (off_t)b->bom, SEEK_SET) >= 0)
		return true;
	return fail(error, EXIT_BAD_INPUT, NULL, "%s: cannot be read again: %s", b->name,
	    g_strerror(errno));
}

/* The hash was taken in another reading: what is read now must be the same file. */
static bool
unchanged(const struct bytes *b, GError **error)
{
	struct stat now;
	if (fstat(b->fd, &now) == 0 && now.st_size == b->stat.st_size &&
	    now.st_mtim.tv_sec == b->stat.st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == b->stat.st_mtim.tv_nsec)
		return true;
	return fail(error, EXIT_BAD_INPUT,
	    "write exports under another name and rename them when they are complete",
	    "%s: changed while it was read", b->name);
}

static gssize
read_raw(struct bytes *b, char *buffer, size_t room, GError **error)
{
	ssize_t got = read_block(b, buffer, room);
	if (got < 0)
		fail(error, EXIT_BAD_INPUT, NULL, "%s: cannot be read: %s", b->name,
		    g_strerror(errno));
	if (got == 0 && !unchanged(b, error))
		return -1;
	return got;
}

static gssize
cannot_convert(const struct bytes *b, GError **error)
{
	fail(error, EXIT_BAD_INPUT, "save it as UTF-8", "%s: neither UTF-8 nor %s", b->name,
	    encoding_names[b->encoding]);
	return -1;
}

gssize
bytes_read(void *user, char *buffer, size_t room, GError **error)
{
	struct bytes *b = user;
	if (b->encoding == UTF_8)
		return read_raw(b, buffer, room, error);
	for (;;) {
		char *in = b->raw + b->raw_at, *out = buffer;
		size_t in_left = b->raw_length - b->raw_at, out_left = room;
		size_t rc = g_iconv(b->conv, &in, &in_left, &out, &out_left);
		int why = rc == (size_t)-1 ? errno : 0;
		b->raw_at = b->raw_length - in_left;
		if (out > buffer)
			return out - buffer;
		if (why != 0 && why != EINVAL)
			return cannot_convert(b, error);
		if (b->ended)
			return in_left == 0 ? 0 : cannot_convert(b, error);
		/* EINVAL: a character whose rest is in the next block. */
		memmove(b->raw, b->raw + b->raw_at, in_left);
		b->raw_at = 0;
		gssize got = read_raw(b, b->raw + in_left, BLOCK - in_left, error);
		if (got < 0)
			return -1;
		b->raw_length = in_left + (size_t)got;
		b->ended = got == 0;
	}
}

const char *
bytes_head(const struct bytes *b, size_t *length)
{
	*length = b->head_length;
	return b->head;
}

const char *
bytes_name(const struct bytes *b)
{
	return b->name;
}
