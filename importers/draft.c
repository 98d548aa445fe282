/* What all parts of a row share while it becomes a record: refusing it, quoting it, noting what is odd. */
#include "importers/importer.h"

#include "base/text.h"

#define QUOTE_MAX 60 /* characters of a bad value that a reason repeats */

bool
draft_refuse(struct draft *draft, const char *format, ...)
{
	if (draft->reason == NULL) {
		va_list arguments;
		va_start(arguments, format);
		draft->reason = g_strdup_vprintf(format, arguments);
		va_end(arguments);
	}
	return false;
}

const char *
draft_quote(const struct draft *draft, const char *text)
{
	char *excerpt = text_excerpt(text, QUOTE_MAX);
	const char *kept = g_string_chunk_insert(draft->im->scratch, excerpt);
	g_free(excerpt);
	return kept;
}

void
importer_note(const struct importer *im, const struct record_place *place, enum finding_kind kind,
    const char *email, const char *subject, const char *text)
{
	struct record_note note = {
	    .place = *place, .kind = kind, .email = email, .subject = subject, .text = text};
	im->sink->note(im->sink->user, &note);
}

bool
draft_text(struct draft *draft, enum field field, const char **out)
{
	struct value value;
	field_value(draft->im, draft->row, field, &value);
	*out = value.presence == VALUE_TEXT || value.presence == VALUE_FLAG ? value.text : NULL;
	return value.presence != VALUE_BAD ||
	       draft_refuse(draft, "%s %s", field_word(field), value.text);
}
