/*
 * Has a row that was refused the look of a record?  Decides by what it holds: an address, an id, a reference or two
 * dates.  What has none of them is a line of a report that stands around the table, or too little to tell whose it was.
 */
#include "importers/importer.h"

#include "base/text.h"

#include <string.h>

#define LISTED_MAX 3 /* lines that the finding repeats */
#define QUOTE_MAX 60 /* characters of one */

/* What lines above and below tables begin with, by letters and digits; in the languages of the venues. */
static const char *const report_words[] = {
    /* sums */
    "total", "totals", "subtotal", "grandtotal", "sum", "summe", "gesamt", "gesamtsumme", "somme",
    "totaal", "suma", "soma", "totale", "somma", "summa", "totalt", "ialt", "yhteensä", "razem",
    "celkem", "součet",
    /* who made the report, when, for which time */
    "report", "bericht", "rapport", "informe", "relatório", "rapporto", "raportti", "raport",
    "sestava", "generated", "exported", "printed", "created", "erstellt", "exportiert", "gedruckt",
    "généré", "exporté", "imprimé", "gegenereerd", "aangemaakt", "geëxporteerd", "generado",
    "exportado", "gerado", "generato", "esportato", "skapad", "exporterad", "oprettet",
    "eksporteret", "opprettet", "eksportert", "luotu", "viety", "wygenerowano", "wyeksportowano",
    "vytvořeno", "exportováno", "period", "daterange", "zeitraum", "période", "periode", "periodo",
    "período", "jakso", "okres", "období",
    /* how many */
    "rows", "records", "results", "count", "numberof", "zeilen", "anzahl", "lignes", "nombre",
    "rijen", "aantal", "filas", "número", "linhas", "righe", "numero", "rader", "antal", "rækker",
    "antall", "rivit", "rivejä", "wiersze", "liczba", "řádky", "počet", NULL};

static const char *
first_filled(const struct row *row)
{
	for (size_t i = 0; i < row->n_cells; i++) {
		if (!text_blank(row->cells[i]))
			return row->cells[i];
	}
	return "";
}

/* `(67 rows)`, `Report generated on ...`, `Grand total:` */
static bool
begins_like_report(const char *cell)
{
	if (cell[0] != '\0' && strchr("(-*#", cell[0]) != NULL)
		return true;
	g_autofree char *all = text_header_key(cell);
	g_autofree char *first = g_strndup(cell, strcspn(cell, " \t:,"));
	g_autofree char *word = text_header_key(first);
	return g_strv_contains(report_words, all) || g_strv_contains(report_words, word);
}

/* Is the text a date, or has it the digits of one? */
static bool
is_date(const struct draft *draft, enum field field, const char *text)
{
	struct when when;
	enum when_result result = span_try(draft, field, text, &when);
	return !text_digits(text) && (result == WHEN_OTHER_ORDER || result == WHEN_UNKNOWN_WORD ||
					 (result == WHEN_READ && when.shape != WHEN_CLOCK));
}

static bool
has_digits(const char *text, size_t most)
{
	size_t n = 0;
	for (; *text != '\0' && n < most; text++)
		n += g_ascii_isdigit(*text);
	return n == most;
}

/* Does the time field hold something?  A time of day has its date elsewhere, and an end may be a length. */
static bool
field_dated(const struct draft *draft, enum field field)
{
	struct value value;
	struct when when;
	field_value(draft->im, draft->row, field, &value);
	const struct alternatives *lengths = &draft->im->profile->fields[field].duration;
	for (size_t i = 0; value.presence != VALUE_TEXT && i < lengths->count; i++)
		row_value(draft->row, lengths->names[i], &value);
	return value.presence == VALUE_TEXT &&
	       (has_digits(value.text, 4) ||
		   span_try(draft, field, value.text, &when) == WHEN_READ ||
		   (field == FIELD_END && has_digits(value.text, 1) && !has_digits(value.text, 4)));
}

/* Where cells have shifted, dates stand in other columns. */
static bool
has_two_dates(const struct draft *draft)
{
	const struct row *row = draft->row;
	if (field_dated(draft, FIELD_START) && field_dated(draft, FIELD_END))
		return true;
	unsigned dates = 0;
	for (size_t i = 0; row->columns != NULL && i < row->n_cells; i++)
		dates += is_date(draft, FIELD_START, row->cells[i]);
	return dates > 1;
}

static bool
has_blank(const char *text)
{
	return strpbrk(text, " \t") != NULL;
}

void
look_learn(struct importer *im, const char *id)
{
	im->ids_spaced = im->ids_spaced || has_blank(id);
	im->ids_wordy = im->ids_wordy || !has_digits(id, 1);
}

/* A line of a report often stands in the first column, which is the id's: an id looks like those before it. */
static bool
has_id(const struct draft *draft)
{
	const struct importer *im = draft->im;
	struct value id, ref;
	field_value(im, draft->row, FIELD_ID, &id);
	field_value(im, draft->row, FIELD_REF, &ref);
	if (draft->row->columns == NULL)
		return id.presence >= VALUE_TEXT || ref.presence >= VALUE_TEXT;
	if (ref.presence == VALUE_TEXT && has_digits(ref.text, 1))
		return true;
	return id.presence == VALUE_TEXT && (!has_blank(id.text) || im->ids_spaced) &&
	       (has_digits(id.text, 1) || im->ids_wordy) && !begins_like_report(id.text) &&
	       !is_date(draft, FIELD_START, id.text);
}

static size_t
filled_cells(const struct row *row)
{
	size_t filled = 0;
	for (size_t i = 0; i < row->n_cells; i++)
		filled += !text_blank(row->cells[i]);
	return filled;
}

/* An address that somebody has spoilt is one of a record where the rest of the row is there, too. */
static bool
has_broken_address(const struct draft *draft, bool sparse)
{
	struct value email;
	field_whole(draft->im, draft->row, FIELD_EMAIL, &email);
	return !sparse && email.presence == VALUE_TEXT && strchr(email.text, '@') != NULL;
}

enum row_look
look_of(struct draft *draft)
{
	const struct row *row = draft->row;
	bool table = row->columns != NULL;
	struct record before = draft->record;
	person_recognise(draft);
	bool addressed = draft->record.person.email != NULL;
	draft->record = before;
	bool sparse = table && filled_cells(row) * 2 < row->width;
	bool report = table && begins_like_report(first_filled(row));
	/* `Report by Front Desk <desk@example.org>`; but a record has a date in the place of its start. */
	if (report && sparse && !has_id(draft) && !(addressed && field_dated(draft, FIELD_START)))
		return LOOK_REPORT;
	if (draft->im->profile->ics || addressed)
		return LOOK_RECORD;
	if (has_id(draft) || (!report && has_two_dates(draft)) || has_broken_address(draft, sparse))
		return LOOK_RECORD;
	bool little = sparse || row->n_cells < row->width;
	return table && (report || (little && !field_dated(draft, FIELD_START))) ? LOOK_REPORT
										 : LOOK_UNSURE;
}

bool
look_is_report(const struct row *row)
{
	return begins_like_report(first_filled(row));
}

void
look_list(struct importer *im, const struct row *row)
{
	g_autoptr(GString) line = g_string_new(NULL);
	if (im->lines == NULL)
		im->lines = g_string_new(NULL);
	for (size_t i = 0; i < row->n_cells; i++) {
		const char *cell = row->cells[i];
		if (!text_blank(cell))
			g_string_append_printf(line, "%s%s", line->len > 0 ? ", " : "", cell);
	}
	if (im->n_lines++ >= LISTED_MAX)
		return;
	g_autofree char *shown = text_excerpt(line->str, QUOTE_MAX);
	g_string_append_printf(
	    im->lines, "%s row %u \"%s\"", im->n_lines > 1 ? ";" : "", row->place.row, shown);
}

void
look_note(struct importer *im)
{
	struct record_place place = {.source = im->index, .file = im->file_index};
	if (im->n_lines == 0)
		return;
	bool one = im->n_lines == 1;
	g_autofree char *text = g_strdup_printf("%s: %" G_GUINT64_FORMAT
						" line%s no record%s and %s left out:%s%s",
	    im->file->name, im->n_lines, one ? " is" : "s are", one ? "" : "s",
	    one ? "was" : "were", im->lines->str, im->n_lines > LISTED_MAX ? "; ..." : "");
	importer_note(im, &place, FINDING_NO_RECORD, NULL, im->file->name, text);
	im->n_lines = 0;
	g_string_truncate(im->lines, 0);
}
