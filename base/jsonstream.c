/*
 * JSON larger than memory.  A token scanner finds where the elements of the chosen arrays begin and end and
 * refuses what json-c lets pass even when strict (NaN, `1.`, `00`, raw control characters); json-c then parses
 * each element, and each document's rest, and judges everything else.
 */
#include "base/jsonstream.h"

#include "base/failure.h"

#include <string.h>

#define BLOCK ((size_t)256 << 10)
#define NO_MARK SIZE_MAX
#define PATHS_MAX 32
#define STEPS_MAX 8

/* Tokens are named by their first byte; a number or bare word is TOKEN_SCALAR. */
enum { TOKEN_END = 0, TOKEN_BAD = -1, TOKEN_STRING = '"', TOKEN_SCALAR = 'v' };

/* One level of the document outside the chosen arrays. */
struct frame {
	char type;	 /* { or [ */
	bool at_key;	 /* object: the next string is a key */
	uint32_t paths;	 /* paths whose first steps lead to here */
	uint32_t member; /* object: those that the current key leads on */
};

struct scan {
	const char *name;
	jsonstream_source source;
	void *source_user;
	const struct jsonstream_handler *handler;
	GError **error;

	char *text; /* what is in memory of the input */
	size_t room, length, at;
	size_t checked;	    /* text[0 .. checked) is UTF-8 */
	size_t counted;	    /* lines were counted up to here */
	size_t token, mark; /* beginnings of the token and of the element being read */
	uint64_t line;	    /* of text[counted] */
	bool ended;

	char **steps[PATHS_MAX];
	size_t n_paths;
	uint64_t numbers[PATHS_MAX];
	bool found[PATHS_MAX];

	struct json_tokener *tokener;
	GString *rest, *scratch;
	struct frame frames[JSON_DEPTH + 1];
	size_t depth;
	bool stopped;
};

static uint64_t
count_lines(struct scan *s, size_t to)
{
	while (s->counted < to) {
		const char *next = memchr(s->text + s->counted, '\n', to - s->counted);
		if (next == NULL)
			break;
		s->line++;
		s->counted = (size_t)(next - s->text) + 1;
	}
	s->counted = MAX(s->counted, to);
	return s->line;
}

static int
bad(struct scan *s, const char *hint, const char *reason)
{
	if (s->error == NULL || *s->error == NULL)
		fail(s->error, EXIT_BAD_INPUT, hint, "%s:%" G_GUINT64_FORMAT ": %s", s->name,
		    count_lines(s, MIN(s->at, s->length)), reason);
	return TOKEN_BAD;
}

static int
cut_short(struct scan *s)
{
	return bad(s, "the file was cut short: export it again",
	    "not JSON: the text ends inside a document");
}

/* Accept the bytes that are UTF-8; up to three may wait for the rest of their character. */
static bool
check_utf8(struct scan *s)
{
	const char *end;
	if (g_utf8_validate_len(s->text + s->checked, s->length - s->checked, &end)) {
		s->checked = s->length;
		return true;
	}
	s->checked = (size_t)(end - s->text);
	size_t left = s->length - s->checked;
	if (*end != '\0' && !s->ended && left < 4 &&
	    g_utf8_get_char_validated(end, (gssize)left) == (gunichar)-2)
		return true;
	s->at = s->checked;
	bad(s, "save it as UTF-8", *end == '\0' ? "a NUL byte" : "not UTF-8");
	return false;
}

/* Read more behind what is in memory, and forget what nobody needs any more.  0 at the end, -1 failed. */
static int
refill(struct scan *s)
{
	size_t keep = MIN(s->at, MIN(s->mark, s->token));
	if (s->ended)
		return 0;
	if (s->at - keep > JSONSTREAM_ELEMENT_MAX)
		return bad(s, NULL, "an element is longer than 16 MiB");
	count_lines(s, keep);
	if (keep > 0)
		memmove(s->text, s->text + keep, s->length - keep);
	s->length -= keep;
	s->at -= keep;
	s->checked -= keep;
	s->counted -= keep;
	s->token -= s->token == NO_MARK ? 0 : keep;
	s->mark -= s->mark == NO_MARK ? 0 : keep;
	if (s->room - s->length < BLOCK) {
		s->room = MAX(s->room * 2, BLOCK * 2);
		s->text = g_realloc(s->text, s->room);
	}
	gssize got = s->source(s->source_user, s->text + s->length, s->room - s->length, s->error);
	if (got < 0)
		return -1;
	s->length += (size_t)got;
	s->ended = got == 0;
	return check_utf8(s) ? got > 0 : -1;
}

/* The next byte without taking it; -1 when there is none (failed, or ended: then s->ended holds). */
static inline int
peek(struct scan *s)
{
	if (s->at == s->length && refill(s) <= 0)
		return -1;
	return (unsigned char)s->text[s->at];
}

static int
failed_or_cut(struct scan *s)
{
	return s->ended ? cut_short(s) : TOKEN_BAD;
}

/* at stands behind the opening quote; leaves it behind the closing one. */
static int
take_string(struct scan *s)
{
	while (peek(s) >= 0) {
		const char *p = s->text + s->at, *end = s->text + s->length;
		while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
			p++;
		s->at = (size_t)(p - s->text);
		if (p == end)
			continue;
		if (*p != '"' && *p != '\\')
			return bad(s, NULL, "not JSON: a control character inside a string");
		s->at++;
		if (*p == '"')
			return TOKEN_STRING;
		if (peek(s) < 0)
			break;
		s->at++;
	}
	return failed_or_cut(s);
}

#define SCALAR_MAX 400 /* more digits than any number that means something */

static int
take_scalar(struct scan *s)
{
	for (int c; (c = peek(s)) >= 0; s->at++) {
		if (!g_ascii_isalnum(c) && strchr("+-._", c) == NULL)
			break;
	}
	if (s->error != NULL && *s->error != NULL)
		return TOKEN_BAD;
	char text[SCALAR_MAX];
	size_t length = s->at - s->token;
	bool fits = length > 0 && length < sizeof(text);
	if (fits) {
		memcpy(text, s->text + s->token, length);
		text[length] = '\0';
	}
	if (fits && (g_str_equal(text, "true") || g_str_equal(text, "false") ||
			g_str_equal(text, "null") || json_number_length(text, length) == length))
		return TOKEN_SCALAR;
	return bad(s, NULL, "not JSON: neither a text, a number, true, false nor null");
}

/* Take the next token; its text is text[token .. at). */
static int
next_token(struct scan *s)
{
	int c;
	s->token = NO_MARK;
	while ((c = peek(s)) >= 0 && (c == ' ' || c == '\n' || c == '\r' || c == '\t'))
		s->at++;
	if (c < 0)
		return s->ended ? TOKEN_END : TOKEN_BAD;
	s->token = s->at;
	if (strchr("{}[],:", c) != NULL) {
		s->at++;
		return c;
	}
	if (c != '"')
		return take_scalar(s);
	s->at++;
	return take_string(s);
}

/* token: the first of a value, taken already.  Goes on to the value's end; false when there is none. */
static bool
finish_value(struct scan *s, int token)
{
	size_t depth = 0;
	for (;; token = next_token(s)) {
		if (token == TOKEN_BAD)
			return false;
		if (token == TOKEN_END)
			return cut_short(s) != TOKEN_BAD;
		if (token == '{' || token == '[')
			depth++;
		else if ((token == '}' || token == ']') && depth > 0)
			depth--;
		else if (depth == 0 && token != TOKEN_STRING && token != TOKEN_SCALAR)
			return bad(s, NULL, "not JSON: a value is missing") != TOKEN_BAD;
		if (depth == 0)
			return true;
	}
}

/* Caller puts the result; NULL with *error set also for what json-c calls a success without a value. */
static struct json_object *
parse(struct scan *s, const char *text, size_t length, uint64_t line, bool *good)
{
	text = json_plain(text, &length, s->scratch);
	json_tokener_reset(s->tokener);
	struct json_object *value = json_tokener_parse_ex(s->tokener, text, (int)length);
	enum json_tokener_error state = json_tokener_get_error(s->tokener);
	/* A number at the very end is only complete once the tokener sees something behind it. */
	if (state == json_tokener_continue) {
		value = json_tokener_parse_ex(s->tokener, "", 1);
		state = json_tokener_get_error(s->tokener);
	}
	*good = state == json_tokener_success;
	if (!*good) {
		size_t end = MIN(json_tokener_get_parse_end(s->tokener), length);
		for (size_t i = 0; i < end; i++)
			line += text[i] == '\n';
		fail(s->error, EXIT_BAD_INPUT, NULL, "%s:%" G_GUINT64_FORMAT ": not JSON: %s",
		    s->name, line, json_tokener_error_desc(state));
		json_object_put(value);
		value = NULL;
	}
	return value;
}

static bool
hand_over(struct scan *s, size_t path, struct json_object *element, uint64_t line)
{
	if (s->numbers[path] >= s->handler->most) {
		char *reason = g_strdup_printf(
		    "a list of more than %" G_GUINT64_FORMAT " elements", s->handler->most);
		bad(s, "no real one is so long: is it the right file?", reason);
		g_free(reason);
		return false;
	}
	s->stopped = !s->handler->element(
	    s->handler->user, path, element, ++s->numbers[path], line);
	return !s->stopped;
}

/* The [ of a chosen array was taken; reads to its ]. */
static bool
read_elements(struct scan *s, size_t path)
{
	int token = next_token(s);
	if (token == ']')
		return true;
	for (;; token = next_token(s)) {
		s->mark = s->token;
		uint64_t line = token > 0 ? count_lines(s, s->mark) : 0;
		if (!finish_value(s, token))
			return false;
		bool good;
		struct json_object *element = parse(
		    s, s->text + s->mark, s->at - s->mark, line, &good);
		s->mark = NO_MARK;
		good = good && hand_over(s, path, element, line);
		json_object_put(element);
		if (!good)
			return false;
		token = next_token(s);
		if (token == ']')
			return true;
		if (token == TOKEN_BAD)
			return false;
		if (token == TOKEN_END)
			return cut_short(s) != TOKEN_BAD;
		if (token != ',')
			return bad(s, NULL, "not JSON: no comma between two elements") != TOKEN_BAD;
	}
}

/* The paths in `among` whose step number `step` is this key (raw text between its quotes). */
static uint32_t
paths_of_key(const struct scan *s, uint32_t among, size_t step, const char *raw, size_t length)
{
	uint32_t paths = 0;
	for (size_t i = 0; i < s->n_paths; i++) {
		if ((among & (1u << i)) == 0 || g_strv_length(s->steps[i]) <= step)
			continue;
		const char *word = s->steps[i][step];
		if (strlen(word) == length && memcmp(word, raw, length) == 0)
			paths |= 1u << i;
	}
	return paths;
}

/* The chosen path that ends at the value which begins now, or n_paths. */
static size_t
chosen_path(const struct scan *s)
{
	uint32_t here = s->depth == 0 ? UINT32_MAX : s->frames[s->depth - 1].member;
	for (size_t i = 0; i < s->n_paths; i++) {
		if ((here & (1u << i)) != 0 && g_strv_length(s->steps[i]) == s->depth)
			return i;
	}
	return s->n_paths;
}

static bool
open_container(struct scan *s, int token)
{
	size_t path = token == '[' ? chosen_path(s) : s->n_paths;
	if (path < s->n_paths) {
		if (s->found[path])
			return bad(s, NULL, "the array of records is there twice") != TOKEN_BAD;
		s->found[path] = true;
		if (!read_elements(s, path))
			return false;
		g_string_append_c(s->rest, ']');
		return true;
	}
	if (s->depth == JSON_DEPTH)
		return bad(s, NULL, "nested deeper than 32 levels") != TOKEN_BAD;
	uint32_t paths = s->depth == 0 ? UINT32_MAX : s->frames[s->depth - 1].member;
	s->frames[s->depth++] = (struct frame){
	    .type = (char)token, .at_key = token == '{', .paths = token == '{' ? paths : 0};
	return true;
}

/* Follow one token of the rest; what is no JSON here is found when the rest is parsed. */
static bool
follow(struct scan *s, int token)
{
	struct frame *top = s->depth > 0 ? &s->frames[s->depth - 1] : NULL;
	switch (token) {
	case '{':
	case '[':
		return open_container(s, token);
	case '}':
	case ']':
		s->depth -= s->depth > 0;
		break;
	case ',':
		if (top != NULL)
			top->at_key = top->type == '{';
		break;
	case TOKEN_STRING:
		if (top == NULL || !top->at_key)
			break;
		top->at_key = false;
		top->member = paths_of_key(
		    s, top->paths, s->depth - 1, s->text + s->token + 1, s->at - s->token - 2);
		break;
	default:
		break;
	}
	return true;
}

static bool
finish_document(struct scan *s, uint64_t line)
{
	bool good, any = false, array = s->rest->str[0] == '[';
	struct json_object *rest = parse(s, s->rest->str, s->rest->len, line, &good);
	for (size_t i = 0; i < s->n_paths; i++)
		any = any || s->found[i];
	for (size_t i = 0; good && !any && !array && i < s->n_paths; i++) {
		if (s->steps[i][0] != NULL)
			continue;
		s->found[i] = true;
		good = hand_over(s, i, rest, line);
	}
	if (good && s->handler->document != NULL)
		s->handler->document(s->handler->user, rest, s->found);
	json_object_put(rest);
	return good;
}

/* token: the document's first. */
static bool
read_document(struct scan *s, int token)
{
	uint64_t line = count_lines(s, s->token);
	g_string_truncate(s->rest, 0);
	memset(s->found, 0, sizeof(s->found));
	s->depth = 0;
	for (;; token = next_token(s)) {
		if (token == TOKEN_BAD)
			return false;
		if (token == TOKEN_END)
			return cut_short(s) != TOKEN_BAD;
		g_string_append_len(s->rest, s->text + s->token, (gssize)(s->at - s->token));
		/* json-c must see "1 2" as two numbers, not as one. */
		if (token == TOKEN_SCALAR && s->depth > 0)
			g_string_append_c(s->rest, ' ');
		if (s->rest->len > JSONSTREAM_ELEMENT_MAX)
			return bad(s, NULL, "more than 16 MiB beside the records") != TOKEN_BAD;
		if (!follow(s, token))
			return false;
		if (s->depth == 0)
			return finish_document(s, line);
	}
}

static void
split_paths(struct scan *s, const char *const *paths, size_t count)
{
	g_assert(count <= PATHS_MAX);
	s->n_paths = count;
	for (size_t i = 0; i < count; i++) {
		s->steps[i] = g_strsplit(paths[i], ".", STEPS_MAX);
	}
}

bool
jsonstream_read(jsonstream_source source, void *source_user, const char *name,
    const char *const *paths, size_t count, const struct jsonstream_handler *handler,
    GError **error)
{
	GError *cause = NULL;
	struct scan *s = g_new0(struct scan, 1);
	*s = (struct scan){.name = name,
	    .source = source,
	    .source_user = source_user,
	    .handler = handler,
	    .error = &cause,
	    .token = NO_MARK,
	    .mark = NO_MARK,
	    .line = 1,
	    .tokener = json_tokener_new_ex(JSON_DEPTH),
	    .rest = g_string_new(NULL),
	    .scratch = g_string_new(NULL)};
	json_tokener_set_flags(s->tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	split_paths(s, paths, count);

	bool good = true;
	uint64_t documents = 0;
	for (int token; good && (token = next_token(s)) != TOKEN_END; documents++)
		good = token != TOKEN_BAD && read_document(s, token);
	if (good && documents == 0)
		good = bad(s, NULL, "empty") != TOKEN_BAD;

	for (size_t i = 0; i < count; i++)
		g_strfreev(s->steps[i]);
	json_tokener_free(s->tokener);
	g_string_free(s->rest, TRUE);
	g_string_free(s->scratch, TRUE);
	g_free(s->text);
	good = good || s->stopped;
	g_free(s);
	if (cause != NULL)
		g_propagate_error(error, cause);
	return good;
}
