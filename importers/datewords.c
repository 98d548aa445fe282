/*
 * The names of months and weekdays.  Decides which word is which month in any of the languages of the venues: English,
 * German, French, Dutch, Spanish, Portuguese, Italian, Swedish, Danish, Norwegian, Finnish, Polish and Czech.  A table of
 * our own, since no locale must matter, and since no name may ever mean two months.
 */
#include "importers/datewords.h"

#include <glib.h>
#include <string.h>

#define LETTERS_MAX 24 /* of the longest name, and more */
#define PREFIX_MIN 3   /* letters that a beginning of a name must have */

/* From January; small letters without their accents, as `folded` makes them.  Inflected forms and abbreviations, too. */
static const char *const months[] = {
    "january jan januar janvier janv januari enero ene janeiro gennaio gen "
    "tammikuuta tammikuu tammik tammi stycznia styczen sty ledna leden led janner "
    "jaenner",
    "february feb februar fevrier fevr februari febrero fevereiro fev febbraio "
    "helmikuuta helmikuu helmik helmi lutego luty lut unora unor uno feber",
    "march mar marz mars maart mrt marzo marco marts maaliskuuta maaliskuu maalisk "
    "maalis marca marzec brezna brezen bre mrz maerz",
    "april apr avril avr abril abr aprile huhtikuuta huhtikuu huhtik huhti kwietnia "
    "kwiecien kwi dubna duben dub",
    "may mai mei mayo maio maggio mag maj toukokuuta toukokuu toukok touko maja "
    "kvetna kveten kve",
    "june jun juni juin junio junho giugno giu kesakuuta kesakuu kesak kesa czerwca "
    "czerwiec cze cervna cerven cvn",
    "july jul juli juillet juil julio julho luglio lug heinakuuta heinakuu heinak "
    "heina lipca lipiec lip cervence cervenec cvc",
    "august aug aout augustus agosto ago augusti elokuuta elokuu elok elo sierpnia "
    "sierpien sie srpna srpen srp",
    "september sep sept septembre septiembre setembro set settembre syyskuuta "
    "syyskuu syysk syys wrzesnia wrzesien wrz zari zar setiembre",
    "october oct oktober okt octobre octubre outubro out ottobre ott lokakuuta "
    "lokakuu lokak loka pazdziernika pazdziernik paz rijna rijen rij",
    "november nov novembre noviembre novembro marraskuuta marraskuu marrask marras "
    "listopada listopad lis listopadu",
    "december dec dezember dez decembre diciembre dic dezembro dicembre desember "
    "des joulukuuta joulukuu jouluk joulu grudnia grudzien gru prosince prosinec "
    "pro",
};

/* From Monday. */
static const char *const weekdays[] = {
    "monday mon mo montag lundi lun lu maandag ma lunes segunda seg lunedi mandag "
    "man maanantaina maanantai poniedzialek pon pondeli po",
    "tuesday tue tu dienstag di mardi mar ma dinsdag martes terca ter martedi "
    "tisdag tis ti tirsdag tirs tir tiistaina tiistai wtorek wt wto utery ut",
    "wednesday wed we mittwoch mi mercredi mer me woensdag wo miercoles mie quarta "
    "qua mercoledi onsdag ons on keskiviikkona keskiviikko ke sroda sr sro streda "
    "st",
    "thursday thu th donnerstag do jeudi jeu je donderdag jueves jue ju quinta qui "
    "giovedi gio torsdag tors to tor torstaina torstai czwartek czw ctvrtek ct",
    "friday fri fr freitag vendredi ven ve vrijdag vr viernes vie vi sexta sex "
    "venerdi fredag fre perjantaina perjantai pe piatek pt pia patek pa",
    "saturday sat sa samstag samedi sam zaterdag za sabado sab sabato lordag lor lo "
    "lauantaina lauantai la sobota sob so",
    "sunday sun su sonntag so dimanche dim di zondag zo domingo dom do domenica "
    "sondag son sunnuntaina sunnuntai niedziela niedz nie nedele ne",
};

/* Letters that no decomposition takes apart. */
static const char *
latin(gunichar c)
{
	switch (c) {
	case 0x00DF:
		return "ss";
	case 0x00E6:
		return "ae";
	case 0x00F8:
		return "o";
	case 0x0142:
		return "l";
	default:
		return NULL;
	}
}

/* The letters at the beginning of text, small and without accents, into out; where they end, or NULL when they are too many. */
static const char *
folded(const char *text, char out[static LETTERS_MAX + 4])
{
	size_t n = 0;
	for (; *text != '\0'; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text), base, mark;
		if (g_unichar_ismark(c))
			continue;
		if (!g_unichar_isalpha(c))
			break;
		if (n >= LETTERS_MAX)
			return NULL;
		c = g_unichar_tolower(c);
		if (g_unichar_decompose(c, &base, &mark))
			c = base;
		const char *letters = latin(c);
		char one[] = {c < 0x80 ? (char)c : '?', '\0'};
		for (const char *p = letters != NULL ? letters : one; *p != '\0'; p++)
			out[n++] = *p;
	}
	out[n] = '\0';
	return text;
}

/* Is it a word of the list, 2, or the beginning of one, 1? */
static int
fits(const char *list, const char *word)
{
	size_t length = strlen(word);
	int best = 0;
	for (const char *at = list; at != NULL; at = strchr(at, ' ')) {
		at += *at == ' ';
		if (strncmp(at, word, length) != 0)
			continue;
		if (at[length] == ' ' || at[length] == '\0')
			return 2;
		best = length >= PREFIX_MIN;
	}
	return best;
}

/* A whole name counts more than the beginning of others; a beginning of two names is neither. */
static int
find(const char *const *lists, size_t n, const char *word)
{
	int found = -1, beginnings = 0;
	for (size_t i = 0; i < n && *word != '\0'; i++) {
		int fit = fits(lists[i], word);
		if (fit == 2)
			return (int)i;
		if (fit == 1) {
			found = (int)i;
			beginnings++;
		}
	}
	return beginnings == 1 ? found : -1;
}

/* `1er`, `2nd`, `16.`, `16 de` */
static void
skip_particles(const char **at)
{
	static const char *const particles[] = {"er", "st", "nd", "rd", "th", "de", "del", "of"};
	char word[LETTERS_MAX + 4];
	*at += **at == '.';
	*at += strspn(*at, " ");
	const char *end = folded(*at, word);
	for (size_t i = 0; end != NULL && i < G_N_ELEMENTS(particles); i++) {
		if (strcmp(word, particles[i]) == 0) {
			*at = end + strspn(end, " ");
			skip_particles(at);
			return;
		}
	}
}

static enum dateword
take(const char **at, const char *const *lists, size_t n, int *out)
{
	char word[LETTERS_MAX + 4];
	const char *end = folded(*at, word);
	if (end == NULL || strlen(word) < 2)
		return DATEWORD_NONE;
	*out = find(lists, n, word);
	*at = end + (*end == '.');
	return *out >= 0 ? DATEWORD_READ : DATEWORD_UNKNOWN;
}

enum dateword
dateword_month(const char **at, int *month)
{
	int found;
	skip_particles(at);
	enum dateword result = take(at, months, G_N_ELEMENTS(months), &found);
	*month = result == DATEWORD_READ ? found + 1 : 1;
	return result;
}

enum dateword
dateword_weekday(const char **at)
{
	int found;
	enum dateword result = take(at, weekdays, G_N_ELEMENTS(weekdays), &found);
	static const char feira[] = "-feira";
	if (g_ascii_strncasecmp(*at, feira, strlen(feira)) == 0)
		*at += strlen(feira);
	return result;
}

void
dateword_skip_particles(const char **at)
{
	skip_particles(at);
}
