/*
 * E-mail addresses as identities.  Decides what is an address and when two texts are the same one; does not
 * decide whether two different addresses belong to one person (that is evidence, reconcile/mismatch.c).
 */
#include "base/email.h"

#include "base/text.h"

#include <idn2.h>
#include <string.h>

#define ADDRESS_MAX 254 /* RFC 5321, path length without the angle brackets */
#define LOCAL_MAX 64	/* RFC 5321, local part */
#define DOMAIN_MAX 253
#define LABEL_MAX 63

/* RFC 6068: `bo%2Bhall@example.org`; what is no UTF-8 then stays as it is. */
static void
unescape(char *text)
{
	char *plain = g_uri_unescape_string(text, NULL);
	if (plain != NULL && g_utf8_validate(plain, -1, NULL))
		memcpy(text, plain, strlen(plain) + 1);
	g_free(plain);
}

/*
 * The address of `Name (a@b)`, `Name [a@b]` and `a@b (Name)`.  Where there is an @ inside the brackets and outside, nobody
 * knows which one counts: the text stays as it is.  text is changed in place.
 */
static char *
unbracket(char *text)
{
	static const char pairs[][2] = {{'(', ')'}, {'[', ']'}};
	size_t length = strlen(text);
	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		char *open = strrchr(text, pairs[i][0]);
		if (length == 0 || text[length - 1] != pairs[i][1] || open == NULL)
			continue;
		bool inside = strchr(open, '@') != NULL;
		bool outside = memchr(text, '@', (size_t)(open - text)) != NULL;
		/* `a@[127.0.0.1]` is no comment. */
		if (inside == outside || (outside && i > 0))
			continue;
		text[length - 1] = *open = '\0';
		return text_trim(inside ? open + 1 : text);
	}
	return text;
}

/* Take the address out of `Name <a@b>`, `Name (a@b)` and `mailto:a@b?subject=x`; text is changed in place. */
static char *
unwrap(char *text)
{
	text = unbracket(text_trim(text));
	char *open = strrchr(text, '<');
	size_t length = strlen(text);
	if (open != NULL && length > 0 && text[length - 1] == '>') {
		text[length - 1] = '\0';
		text = text_trim(open + 1);
	}
	if (g_ascii_strncasecmp(text, "mailto:", 7) == 0) {
		text = text_trim(text + 7);
		char *query = strchr(text, '?');
		if (query != NULL)
			*query = '\0';
		unescape(text);
	}
	return text;
}

static const char *
character_fault(const char *text)
{
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (g_unichar_isspace(c) || c == 0x00A0)
			return "a blank inside";
		if (g_unichar_iscntrl(c) || g_unichar_type(c) == G_UNICODE_FORMAT)
			return "a control character inside";
		if (strchr("<>,;\"()[]\\", c < 0x80 ? (int)c : 'a') != NULL)
			return "a character that addresses do not have";
	}
	return NULL;
}

/* Letters, digits and hyphens in at least two labels. */
static bool
domain_valid(const char *domain)
{
	size_t labels = 0, length = 0;
	if (strlen(domain) > DOMAIN_MAX)
		return false;
	for (const char *p = domain;; p++) {
		if (*p == '.' || *p == '\0') {
			if (length == 0 || length > LABEL_MAX || p[-1] == '-')
				return false;
			labels++;
			length = 0;
			if (*p == '\0')
				return labels >= 2;
			continue;
		}
		if (!g_ascii_isalnum(*p) && !(*p == '-' && length > 0) && *p != '_')
			return false;
		length++;
	}
}

/* The domain in ASCII and lower case; NULL when there is no such form.  Caller frees. */
static char *
domain_ascii(const char *domain)
{
	char *ascii = g_ascii_strdown(domain, -1);
	if (g_str_is_ascii(ascii))
		return ascii;
	g_free(ascii);

	uint8_t *looked_up = NULL;
	int rc = idn2_lookup_u8(
	    (const uint8_t *)domain, &looked_up, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	ascii = rc == IDN2_OK ? g_ascii_strdown((const char *)looked_up, -1) : NULL;
	idn2_free(looked_up);
	return ascii;
}

static char *
local_key(const char *local)
{
	if (g_str_is_ascii(local))
		return g_ascii_strdown(local, -1);
	char *composed = g_utf8_normalize(local, -1, G_NORMALIZE_NFC);
	char *folded = g_utf8_casefold(composed, -1);
	char *key = g_utf8_normalize(folded, -1, G_NORMALIZE_NFC);
	g_free(composed);
	g_free(folded);
	return key;
}

/* text: NUL-terminated, unwrapped, valid UTF-8; cut in two at the @. */
static char *
canonical(char *text, const char **why)
{
	char *at = strchr(text, '@');
	if (at == NULL || strchr(at + 1, '@') != NULL) {
		*why = at == NULL ? "no @ in it" : "more than one @ in it";
		return NULL;
	}
	*why = character_fault(text);
	if (*why != NULL)
		return NULL;
	*at = '\0';
	if (text[0] == '\0' || strlen(text) > LOCAL_MAX) {
		*why = text[0] == '\0' ? "nothing before the @" : "more than 64 bytes before the @";
		return NULL;
	}
	char *domain = domain_ascii(at + 1);
	char *address = NULL;
	if (domain == NULL || !domain_valid(domain)) {
		*why = "not a domain after the @";
	} else {
		char *local = local_key(text);
		address = g_strconcat(local, "@", domain, NULL);
		g_free(local);
	}
	g_free(domain);
	if (address != NULL && strlen(address) > ADDRESS_MAX) {
		*why = "longer than 254 bytes";
		g_clear_pointer(&address, g_free);
	}
	return address;
}

char *
email_canonical(const char *raw, const char **why)
{
	const char *ignored;
	if (why == NULL)
		why = &ignored;
	*why = NULL;
	if (raw == NULL || text_blank(raw)) {
		*why = "blank";
		return NULL;
	}
	if (!g_utf8_validate(raw, -1, NULL)) {
		*why = "not UTF-8";
		return NULL;
	}
	char *copy = g_strdup(raw);
	char *address = canonical(unwrap(copy), why);
	g_free(copy);
	return address;
}

bool
email_placeholder(const char *address)
{
	static const char *const locals[] = {"noemail", "no-email", "noreply", "no-reply",
	    "donotreply", "none", "nomail", "unknown", NULL};
	const char *at = strchr(address, '@');
	size_t length = (size_t)(at - address);
	for (size_t i = 0; locals[i] != NULL; i++) {
		if (strlen(locals[i]) == length && strncmp(address, locals[i], length) == 0)
			return true;
	}
	return g_str_has_suffix(address, "@x.x") || g_str_has_suffix(address, ".invalid") ||
	       strstr(at, "noreply") != NULL;
}

/* Cyrillic letters that cannot be told from Latin ones. */
#define LATIN_LOOKS                                                                                \
	"\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04bb\u04cf\u0501\u051b"     \
	"\u051d"

/* text: `length` bytes of UTF-8.  domain: it is a label of one. */
static bool
word_deceives(const char *text, size_t length, bool domain)
{
	static const GUnicodeScript alike[] = {G_UNICODE_SCRIPT_LATIN, G_UNICODE_SCRIPT_CYRILLIC,
	    G_UNICODE_SCRIPT_GREEK, G_UNICODE_SCRIPT_ARMENIAN};
	unsigned scripts = 0;
	bool looks = domain && length > 0;
	for (const char *p = text; p < text + length; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		looks = looks && g_utf8_strchr(LATIN_LOOKS, -1, c) != NULL;
		for (size_t i = 0; i < G_N_ELEMENTS(alike); i++)
			scripts |= g_unichar_get_script(c) == alike[i] ? 1u << i : 0;
	}
	return looks || (scripts & (scripts - 1)) != 0;
}

static bool
domain_deceives(const char *domain)
{
	char *shown = NULL;
	if (idn2_to_unicode_8z8z(domain, &shown, 0) != IDN2_OK)
		return false;
	char **labels = g_strsplit(shown, ".", -1);
	bool deceives = false;
	for (char **label = labels; *label != NULL; label++)
		deceives = deceives || word_deceives(*label, strlen(*label), true);
	g_strfreev(labels);
	idn2_free(shown);
	return deceives;
}

bool
email_lookalike(const char *canonical)
{
	const char *at = strchr(canonical, '@');
	if (g_str_is_ascii(canonical) && strstr(at, "xn--") == NULL)
		return false;
	return word_deceives(canonical, (size_t)(at - canonical), false) || domain_deceives(at + 1);
}
