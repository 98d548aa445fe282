/* Comparing and tidying text that people typed. */
#include "base/text.h"

#include <string.h>

/* Blank for a reader, though Unicode calls some of them letters of no width. */
static bool
is_blank(gunichar c)
{
	switch (c) {
	case 0x00A0: /* no-break space */
	case 0x00AD: /* soft hyphen */
	case 0x200B: /* zero-width space, non-joiner, joiner, word joiner */
	case 0x200C:
	case 0x200D:
	case 0x2060:
	case 0x202F: /* narrow no-break space */
	case 0xFEFF: /* byte order mark */
		return true;
	default:
		return g_unichar_isspace(c);
	}
}

static bool
is_ascii(const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if ((unsigned char)*p >= 0x80)
			return false;
	}
	return true;
}

/* The character at p and its length; a byte that is no UTF-8 counts as one character of its own. */
static gunichar
char_at(const char *p, size_t *length)
{
	gunichar c = g_utf8_get_char_validated(p, -1);
	if (c == (gunichar)-1 || c == (gunichar)-2) {
		*length = 1;
		return (unsigned char)*p;
	}
	*length = (size_t)(g_utf8_next_char(p) - p);
	return c;
}

char *
text_trim(char *text)
{
	size_t length;
	while (*text != '\0' && is_blank(char_at(text, &length)))
		text += length;
	char *end = text;
	for (char *p = text; *p != '\0'; p += length) {
		if (!is_blank(char_at(p, &length)))
			end = p + length;
	}
	*end = '\0';
	return text;
}

bool
text_blank(const char *text)
{
	size_t length;
	for (const char *p = text; p != NULL && *p != '\0'; p += length) {
		if (!is_blank(char_at(p, &length)))
			return false;
	}
	return true;
}

static char *
ascii_key(const char *text)
{
	GString *key = g_string_sized_new(strlen(text));
	bool gap = false;
	for (const char *p = text; *p != '\0'; p++) {
		if (g_ascii_isspace(*p)) {
			gap = key->len > 0;
			continue;
		}
		if (gap)
			g_string_append_c(key, ' ');
		gap = false;
		g_string_append_c(key, g_ascii_tolower(*p));
	}
	return g_string_free(key, FALSE);
}

static char *
as_utf8(const char *text)
{
	if (g_utf8_validate(text, -1, NULL))
		return g_strdup(text);
	GString *out = g_string_new(NULL);
	for (const char *p = text; *p != '\0'; p++)
		g_string_append_unichar(out, (unsigned char)*p);
	return g_string_free(out, FALSE);
}

char *
text_key(const char *text)
{
	if (is_ascii(text))
		return ascii_key(text);

	char *utf8 = as_utf8(text);
	GString *spaced = g_string_sized_new(strlen(utf8));
	bool gap = false;
	for (const char *p = utf8; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (is_blank(c)) {
			gap = spaced->len > 0;
			continue;
		}
		if (gap)
			g_string_append_c(spaced, ' ');
		gap = false;
		g_string_append_unichar(spaced, c);
	}
	char *folded = g_utf8_casefold(spaced->str, -1);
	char *key = g_utf8_normalize(folded, -1, G_NORMALIZE_NFC);
	g_free(folded);
	g_string_free(spaced, TRUE);
	g_free(utf8);
	return key;
}

char *
text_header_key(const char *text)
{
	char *key = text_key(text);
	GString *out = g_string_sized_new(strlen(key));
	for (const char *p = key; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (g_unichar_isalnum(c))
			g_string_append_unichar(out, c);
	}
	g_free(key);
	return g_string_free(out, FALSE);
}

bool
text_same(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	char *key_a = text_key(a), *key_b = text_key(b);
	bool same = strcmp(key_a, key_b) == 0;
	g_free(key_a);
	g_free(key_b);
	return same;
}

bool
text_digits(const char *text)
{
	size_t n = strspn(text, "0123456789");
	return n > 0 && text[n] == '\0';
}

bool
text_number(const char *text, int64_t min, int64_t max, int64_t *out)
{
	gint64 value;
	if (text[0] == '+' || !g_ascii_string_to_signed(text, 10, min, max, &value, NULL))
		return false;
	*out = value;
	return true;
}

/* What strtod would take besides is a typing error. */
bool
text_decimal(const char *text, const char *unit, double *out)
{
	size_t whole = strspn(text, "0123456789"), length = whole;
	if (text[whole] == '.')
		length += 1 + strspn(text + whole + 1, "0123456789");
	if (whole == 0 || length == whole + 1 || length > 12 || strcmp(text + length, unit) != 0)
		return false;
	*out = g_ascii_strtod(text, NULL);
	return true;
}

unsigned
text_distance(const char *a, const char *b, unsigned limit)
{
	size_t n = strlen(a), m = strlen(b);
	if ((n > m ? n - m : m - n) > limit)
		return limit + 1;

	/* Three rows of the table of optimal string alignment: two back for swaps. */
	unsigned *rows = g_new(unsigned, 3 * (m + 1));
	unsigned *older = rows, *old = rows + m + 1, *row = rows + 2 * (m + 1);
	for (size_t j = 0; j <= m; j++)
		old[j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			unsigned best = MIN(old[j], row[j - 1]) + 1;
			best = MIN(best, old[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				best = MIN(best, older[j - 2] + 1);
			row[j] = best;
		}
		unsigned *spare = older;
		older = old;
		old = row;
		row = spare;
	}
	unsigned distance = old[m];
	g_free(rows);
	return MIN(distance, limit + 1);
}

int
text_compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *
text_nearest(const char *word, const char *const *words)
{
	const char *nearest = NULL;
	unsigned least = (unsigned)strlen(word) / 3 + 1;
	for (; *words != NULL; words++) {
		unsigned distance = text_distance(word, *words, least);
		if (distance < least || (distance == least && nearest == NULL)) {
			least = distance;
			nearest = *words;
		}
	}
	return nearest;
}

char *
text_printable(const char *text)
{
	char *utf8 = as_utf8(text);
	GString *out = g_string_sized_new(strlen(utf8));
	for (const char *p = utf8; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		/* Format characters would let a name reorder or hide the rest of a line. */
		bool hidden = g_unichar_iscntrl(c) || g_unichar_type(c) == G_UNICODE_FORMAT ||
			      g_unichar_type(c) == G_UNICODE_LINE_SEPARATOR ||
			      g_unichar_type(c) == G_UNICODE_PARAGRAPH_SEPARATOR;
		g_string_append_unichar(out, hidden ? '?' : c);
	}
	g_free(utf8);
	return g_string_free(out, FALSE);
}

char *
text_excerpt(const char *text, size_t max)
{
	char *printable = text_printable(text);
	if (g_utf8_strlen(printable, -1) > (glong)max)
		memcpy(g_utf8_offset_to_pointer(printable, (glong)max - 3), "...", sizeof("..."));
	return printable;
}

char *
text_shell(const char *word)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%_+=:,./-";
	bool safe = *word != '\0' && word[strspn(word, plain)] == '\0';
	return safe ? g_strdup(word) : g_shell_quote(word);
}
