/*
 * Faults: reading them, and deciding which fire on a request.  What a fired fault does is done
 * where it happens: connection and bytes in server.c, writes in resource.c, pages in list.c.
 */
#include "sandbox/fault.h"

#include "base/failure.h"
#include "base/json.h"
#include "base/text.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *word;
	const char *meaning;
} kinds[FAULT_KINDS] = {
    [FAULT_STATUS] = {"status", "an HTTP status with its error body (write the number itself: 401, "
				"500, ...); status=, commit=, retry= (Retry-After), quote=1 for an "
				"answer with the key in it"},
    [FAULT_HTML] = {"html", "an HTML page, as from a proxy; status= (502), commit=, quote=1"},
    [FAULT_EMPTY] = {"empty", "an empty body; status= (200), commit="},
    [FAULT_TRUNCATE] = {"truncate",
	"the JSON ends early; bytes= (half), cut=1 for a cut connection"},
    [FAULT_SLOW] = {"slow", "the answer comes late; ms= (1000)"},
    [FAULT_HANG] = {"hang", "no answer; ms= (0 = until the sandbox stops), commit="},
    [FAULT_CUT_BEFORE] = {"cut-before", "the connection is closed, nothing was done"},
    [FAULT_CUT_AFTER] = {"cut-after", "the request is carried out, then the connection is closed"},
    [FAULT_NOOP] = {"noop", "a write says success and does nothing"},
    [FAULT_IGNORE_PATCH] = {"ignore-patch", "a PATCH says 204 and does nothing"},
    [FAULT_GZIP] = {"gzip", "the body is gzip, asked for or not"},
    [FAULT_CHUNKED] = {"chunked", "the body comes in many small chunks"},
    [FAULT_HUGE] = {"huge", "the body is followed by blanks; bytes= (67108864)"},
    [FAULT_PAGE_REPEAT] = {"page-repeat", "a page holds one row twice"},
    [FAULT_PAGE_SKIP] = {"page-skip", "a page lacks a row"},
    [FAULT_PAGE_REORDER] = {"page-reorder", "a page is cut from the collection in another order"},
    [FAULT_PAGE_GROW] = {"page-grow", "somebody adds a row after this page; it stays"},
    [FAULT_PAGE_SHRINK] = {"page-shrink",
	"somebody deletes the first row of this page after it; it stays deleted"},
    [FAULT_TOTAL_LIES] = {"total-lies", "X-Collection-Range has another total; rows= (1) is added"},
    [FAULT_CLAMP] = {"clamp", "a page has fewer rows than asked for; rows= (10)"},
    [FAULT_CLOCK] = {"clock", "Date is ahead; seconds= (600)"},
    [FAULT_UNDATED] = {"undated", "Date is no time"},
    [FAULT_NEW_WORDS] = {"new-words", "every ..._type is a word that nobody knows, as after an "
				      "update of the API"},
    [FAULT_BUSY] = {"busy", "another client of the same user used up this second's requests"},
};

static const struct {
	const char *name;
	size_t offset;
	int64_t min, max;
} terms[] = {
    {"count", offsetof(struct fault_terms, count), 0, G_MAXINT32},
    {"after", offsetof(struct fault_terms, after), 0, G_MAXINT32},
    {"status", offsetof(struct fault_terms, status), 200, 599},
    {"ms", offsetof(struct fault_terms, ms), 0, 3600000},
    {"seconds", offsetof(struct fault_terms, seconds), -315360000, 315360000},
    {"rows", offsetof(struct fault_terms, rows), -1000000, 1000000},
    {"bytes", offsetof(struct fault_terms, bytes), 0, G_MAXINT32},
    {"commit", offsetof(struct fault_terms, commit), 0, 1},
    {"cut", offsetof(struct fault_terms, cut), 0, 1},
    {"retry", offsetof(struct fault_terms, retry), 0, 86400},
    {"quote", offsetof(struct fault_terms, quote), 0, 1},
};

static const int64_t default_status[FAULT_KINDS] = {
    [FAULT_STATUS] = 500,
    [FAULT_HTML] = 502,
    [FAULT_EMPTY] = 200,
};

static int64_t *
term_place(struct fault_terms *in, size_t i)
{
	return (int64_t *)((char *)in + terms[i].offset);
}

static bool
set_term(struct fault_terms *out, const char *name, const char *value, GError **error)
{
	const char *sign = value[0] == '-' ? value + 1 : value;
	int64_t number;

	for (size_t i = 0; i < G_N_ELEMENTS(terms); i++) {
		if (strcmp(name, terms[i].name) != 0)
			continue;
		if (!text_number(sign, 0, G_MAXINT32, &number))
			break;
		number = sign != value ? -number : number;
		if (number < terms[i].min || number > terms[i].max)
			break;
		*term_place(out, i) = number;
		return true;
	}
	return fail(
	    error, EXIT_BAD_USAGE, NULL, "fault: %s=%s is no term with such a value", name, value);
}

static bool
set_kind(struct fault *fault, const char *word, GError **error)
{
	int64_t status;
	bool found = false;

	if (text_number(word, 200, 599, &status)) {
		fault->kind = FAULT_STATUS;
		fault->terms.status = status;
		return true;
	}
	for (int k = 0; k < FAULT_KINDS && !found; k++) {
		found = strcmp(word, kinds[k].word) == 0;
		if (found)
			fault->kind = (enum fault_kind)k;
	}
	if (!found)
		return fail(error, EXIT_BAD_USAGE, "see --help for the kinds",
		    "fault: no kind is called \"%s\"", word);
	fault->terms.status = default_status[fault->kind];
	fault->terms.ms = fault->kind == FAULT_SLOW ? 1000 : 0;
	fault->terms.seconds = 600;
	fault->terms.rows = fault->kind == FAULT_CLAMP ? 10 : 1;
	fault->terms.bytes = fault->kind == FAULT_HUGE ? 67108864 : 0;
	return true;
}

static struct fault *
fault_new(const char *method, const char *path, const char *kind, GError **error)
{
	struct fault *fault = g_new0(struct fault, 1);

	fault->method = g_strdup(method);
	fault->path = g_strdup(path);
	fault->terms.count = 1;
	if (set_kind(fault, kind, error))
		return fault;
	fault_free(fault);
	return NULL;
}

struct fault *
fault_parse(const char *text, GError **error)
{
	g_auto(GStrv) words = g_strsplit_set(text, " \t", -1);
	const char *parts[16];
	size_t count = 0;

	for (size_t i = 0; words[i] != NULL && count < G_N_ELEMENTS(parts); i++) {
		if (words[i][0] != '\0')
			parts[count++] = words[i];
	}
	if (count < 3) {
		fail(error, EXIT_BAD_USAGE, "write METHOD PATH KIND [NAME=NUMBER ...]",
		    "fault: \"%s\" is incomplete", text);
		return NULL;
	}
	struct fault *fault = fault_new(parts[0], parts[1], parts[2], error);
	for (size_t i = 3; fault != NULL && i < count; i++) {
		g_auto(GStrv) term = g_strsplit(parts[i], "=", 2);
		if (!set_term(&fault->terms, term[0], term[1] != NULL ? term[1] : "", error)) {
			fault_free(fault);
			fault = NULL;
		}
	}
	return fault;
}

static bool
is_head_key(const char *key)
{
	return strcmp(key, "method") == 0 || strcmp(key, "path") == 0 || strcmp(key, "kind") == 0 ||
	       strcmp(key, "seen") == 0 || strcmp(key, "used") == 0;
}

struct fault *
fault_from_json(struct json_object *object, GError **error)
{
	if (json_text(object, "fault") != NULL)
		return fault_parse(json_text(object, "fault"), error);

	const char *method = json_text(object, "method"), *path = json_text(object, "path");
	struct json_object *kind = json_member(object, "kind");

	if (path == NULL || kind == NULL) {
		fail(error, EXIT_BAD_USAGE, NULL,
		    "fault: needs \"path\" and \"kind\", or \"fault\"");
		return NULL;
	}
	struct fault *fault = fault_new(
	    method != NULL ? method : "*", path, json_object_get_string(kind), error);
	if (fault == NULL)
		return NULL;
	json_object_object_foreach(object, key, value)
	{
		const char *text = value != NULL ? json_object_get_string(value) : "";
		if (!is_head_key(key) && !set_term(&fault->terms, key, text, error)) {
			fault_free(fault);
			return NULL;
		}
	}
	return fault;
}

struct json_object *
fault_json(const struct fault *fault)
{
	struct json_object *out = json_object_new_object();
	struct fault_terms copy = fault->terms;

	json_put_text(out, "method", fault->method);
	json_put_text(out, "path", fault->path);
	json_put_text(out, "kind", kinds[fault->kind].word);
	for (size_t i = 0; i < G_N_ELEMENTS(terms); i++) {
		if (*term_place(&copy, i) != 0 || i == 0)
			json_put_integer(out, terms[i].name, *term_place(&copy, i));
	}
	json_put_integer(out, "seen", fault->seen);
	json_put_integer(out, "used", fault->used);
	return out;
}

void
fault_free(gpointer data)
{
	struct fault *fault = data;

	if (fault == NULL)
		return;
	g_free(fault->method);
	g_free(fault->path);
	g_free(fault);
}

static bool
matches(const struct fault *fault, const char *method, const char *path, const char *whole)
{
	if (strcmp(fault->method, "*") != 0 && strcmp(fault->method, method) != 0)
		return false;
	return g_pattern_match_simple(fault->path, path) ||
	       g_pattern_match_simple(fault->path, whole);
}

void
faults_fire(const GPtrArray *faults, const char *method, const char *path, const char *query,
    struct fired *out)
{
	g_autofree char *whole = g_strconcat(path, "?", query != NULL ? query : "", NULL);

	*out = (struct fired){0};
	for (guint i = 0; i < faults->len; i++) {
		struct fault *fault = g_ptr_array_index(faults, i);
		if (!matches(fault, method, path, whole))
			continue;
		fault->seen++;
		bool due = fault->seen > fault->terms.after &&
			   (fault->terms.count == 0 || fault->used < fault->terms.count);
		if (!due || out->on[fault->kind])
			continue;
		fault->used++;
		out->on[fault->kind] = true;
		out->terms[fault->kind] = fault->terms;
	}
}

char *
faults_help(void)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < FAULT_KINDS; i++)
		g_string_append_printf(text, "  %-13s %s\n", kinds[i].word, kinds[i].meaning);
	return g_string_free(text, FALSE);
}
