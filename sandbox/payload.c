/* The bytes of a response, right or wrong. */
#include "sandbox/payload.h"

#include <string.h>

/* Sizes of the pieces in which a body is handed to the connection. */
enum { CHUNK = 16, BLOCK = 65536 };

struct payload {
	GString *body;
	uint64_t total; /* with the blanks behind the body */
	uint64_t cut;	/* where the connection breaks */
};

/* The CRC-32 of gzip (RFC 1952, 8): no library linked here has one. */
static uint32_t
crc32_of(const char *data, size_t length)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < length; i++) {
		crc ^= (uint8_t)data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void
append_little_endian(GString *out, uint32_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		g_string_append_c(out, (char)(value >> (8 * i)));
}

/* A gzip file of stored blocks: correct, if not shorter, which is all a test of decoding needs. */
static GString *
gzip(GString *body)
{
	static const char header[] = {0x1f, (char)0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
	GString *out = g_string_new_len(header, sizeof header);
	size_t at = 0;

	do {
		size_t length = MIN(body->len - at, 65535);
		g_string_append_c(out, at + length == body->len);
		append_little_endian(out, (uint32_t)length, 2);
		append_little_endian(out, ~(uint32_t)length, 2);
		g_string_append_len(out, body->str + at, (gssize)length);
		at += length;
	} while (at < body->len);
	append_little_endian(out, crc32_of(body->str, body->len), 4);
	append_little_endian(out, (uint32_t)body->len, 4);
	g_string_free(body, TRUE);
	return out;
}

static ssize_t
give(void *user, uint64_t position, char *buffer, size_t room)
{
	const struct payload *payload = user;

	if (position >= payload->cut)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (position >= payload->total)
		return MHD_CONTENT_READER_END_OF_STREAM;
	size_t length = (size_t)MIN((uint64_t)room, MIN(payload->cut, payload->total) - position);
	if (position >= payload->body->len) {
		memset(buffer, ' ', length);
		return (ssize_t)length;
	}
	length = MIN(length, payload->body->len - (size_t)position);
	memcpy(buffer, payload->body->str + position, length);
	return (ssize_t)length;
}

static void
payload_free(void *user)
{
	struct payload *payload = user;

	g_string_free(payload->body, TRUE);
	g_free(payload);
}

struct MHD_Response *
payload_response(GString *body, const struct fired *fired)
{
	bool cut = fired->on[FAULT_TRUNCATE] && fired->terms[FAULT_TRUNCATE].cut != 0;
	bool chunked = fired->on[FAULT_CHUNKED];
	size_t keep = fired->terms[FAULT_TRUNCATE].bytes != 0
			  ? (size_t)fired->terms[FAULT_TRUNCATE].bytes
			  : body->len / 2;
	bool zipped = fired->on[FAULT_GZIP] && body->len > 0;

	if (fired->on[FAULT_NEW_WORDS])
		g_string_replace(body, "_type\":\"", "_type\":\"New", 0);
	if (fired->on[FAULT_TRUNCATE] && !cut)
		g_string_truncate(body, keep);
	if (zipped)
		body = gzip(body);
	struct payload *payload = g_new0(struct payload, 1);
	payload->body = body;
	payload->total = body->len;
	payload->cut = cut ? MIN(keep, body->len) : UINT64_MAX;
	if (fired->on[FAULT_HUGE] && body->len > 0)
		payload->total = MAX(payload->total, (uint64_t)fired->terms[FAULT_HUGE].bytes);
	struct MHD_Response *response = MHD_create_response_from_callback(
	    chunked ? MHD_SIZE_UNKNOWN : payload->total, chunked ? CHUNK : BLOCK, give, payload,
	    payload_free);
	if (response == NULL)
		payload_free(payload);
	else if (zipped)
		MHD_add_response_header(response, "Content-Encoding", "gzip");
	return response;
}
