/*
 * Looks at a finished workbook once more.  libxlsxwriter 1.1.4 writes each part to a temporary file first and does not
 * ask whether that went well: on a full disk the part is cut, packed, and reported as success.  So each part is unpacked
 * here and must be XML to its end.
 */
#include "reports/parts.h"

#include <stdint.h>

#include <glib.h>
#include <zlib.h>

/* Of the ZIP format (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16): sizes and signatures of its records. */
#define LOCAL_SIZE 30
#define LOCAL_SIGNATURE 0x04034b50
#define ENTRY_SIZE 46
#define ENTRY_SIGNATURE 0x02014b50
#define END_SIZE 22
#define END_SIGNATURE 0x06054b50

struct archive {
	const guchar *bytes;
	size_t size;
};

struct part {
	size_t offset; /* of its packed bytes */
	size_t packed;
	size_t size;
	uint32_t crc;
	char *name;
	size_t next; /* of the next entry in the directory */
};

static uint32_t
number(const struct archive *archive, size_t at, size_t bytes)
{
	uint32_t value = 0;
	for (size_t i = 0; i < bytes; i++)
		value |= (uint32_t)archive->bytes[at + i] << (8 * i);
	return value;
}

/* Is there a record of this kind and size at this place? */
static bool
record_at(const struct archive *archive, size_t at, size_t size, uint32_t signature)
{
	return at <= archive->size && archive->size - at >= size &&
	       number(archive, at, 4) == signature;
}

/* Read the directory entry at this place.  *out: its name is freed by the caller. */
static bool
read_entry(const struct archive *archive, size_t at, struct part *out)
{
	if (!record_at(archive, at, ENTRY_SIZE, ENTRY_SIGNATURE))
		return false;
	size_t name_length = number(archive, at + 28, 2);
	size_t local = number(archive, at + 42, 4);
	out->crc = number(archive, at + 16, 4);
	out->packed = number(archive, at + 20, 4);
	out->size = number(archive, at + 24, 4);
	out->next = at + ENTRY_SIZE + name_length + number(archive, at + 30, 2) +
		    number(archive, at + 32, 2);
	if (out->next > archive->size || !record_at(archive, local, LOCAL_SIZE, LOCAL_SIGNATURE))
		return false;
	out->offset = local + LOCAL_SIZE + number(archive, local + 26, 2) +
		      number(archive, local + 28, 2);
	if (out->offset > archive->size || archive->size - out->offset < out->packed)
		return false;
	out->name = g_strndup((const char *)archive->bytes + at + ENTRY_SIZE, name_length);
	return true;
}

/* Unpack the part into the parser, chunk by chunk.  Is it what the directory says, and XML to its end? */
static bool
parse(const struct archive *archive, const struct part *part, GMarkupParseContext *parser)
{
	guchar chunk[1 << 15];
	z_stream stream = {
	    .next_in = (guchar *)archive->bytes + part->offset, .avail_in = (uInt)part->packed};
	if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
		return false;
	uLong crc = crc32(0, NULL, 0);
	int result;
	bool xml = true;
	do {
		stream.next_out = chunk;
		stream.avail_out = sizeof(chunk);
		result = inflate(&stream, Z_NO_FLUSH);
		uInt length = (uInt)sizeof(chunk) - stream.avail_out;
		crc = crc32(crc, chunk, length);
		xml = g_markup_parse_context_parse(parser, (const char *)chunk, length, NULL);
	} while (result == Z_OK && xml);
	bool whole = result == Z_STREAM_END && stream.total_out == part->size && crc == part->crc;
	inflateEnd(&stream);
	return xml && whole && g_markup_parse_context_end_parse(parser, NULL);
}

static char *
part_problem(const struct archive *archive, const struct part *part)
{
	static const GMarkupParser nothing = {0};
	GMarkupParseContext *parser = g_markup_parse_context_new(&nothing, 0, NULL, NULL);
	bool whole = parse(archive, part, parser);
	g_markup_parse_context_free(parser);
	return whole ? NULL : g_strdup_printf("%s is not whole", part->name);
}

static char *
archive_problem(const struct archive *archive)
{
	/* The library writes no comment behind the end record. */
	if (archive->size < END_SIZE ||
	    !record_at(archive, archive->size - END_SIZE, END_SIZE, END_SIGNATURE))
		return g_strdup("no directory at its end");
	size_t end = archive->size - END_SIZE;
	size_t parts = number(archive, end + 10, 2);
	struct part part = {.next = number(archive, end + 16, 4)};
	char *problem = NULL;
	for (size_t i = 0; i < parts && problem == NULL; i++) {
		if (!read_entry(archive, part.next, &part))
			return g_strdup("its directory cannot be read");
		problem = part_problem(archive, &part);
		g_free(part.name);
	}
	return problem;
}

char *
parts_problem(const char *path)
{
	GError *error = NULL;
	GMappedFile *file = g_mapped_file_new(path, FALSE, &error);
	if (file == NULL) {
		char *problem = g_strdup(error->message);
		g_error_free(error);
		return problem;
	}
	struct archive archive = {.bytes = (const guchar *)g_mapped_file_get_contents(file),
	    .size = g_mapped_file_get_length(file)};
	char *problem = archive_problem(&archive);
	g_mapped_file_unref(file);
	return problem;
}
