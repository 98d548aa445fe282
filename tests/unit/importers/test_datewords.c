/* Every month and weekday of every language of the venues, as they are spelt there. */
#include "importers/datewords.h"

#include <glib.h>
#include <string.h>

/* Twelve names and twelve abbreviations, as their calendars write them. */
static const char *const months[] = {
    "January February March April May June July August September October November December",
    "Jan. Feb. Mar. Apr. May Jun. Jul. Aug. Sept. Oct. Nov. Dec.",
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "Jän. Feb. Mär. Apr. Mai Jun. Jul. Aug. Sept. Okt. Nov. Dez.",
    "Jänner Feber Mrz. April Mai Juni Juli August September Oktober November Dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ene. feb. mar. abr. may. jun. jul. ago. sept. oct. nov. dic.",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "jan. feb. mars apr. maj juni juli aug. sep. okt. nov. dec.",
    "januar februar marts april maj juni juli august september oktober november december",
    "januar februar mars april mai juni juli august september oktober november desember",
    "jan. feb. mars apr. mai juni juli aug. sep. okt. nov. des.",
    "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu "
    "marraskuu joulukuu",
    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta "
    "syyskuuta lokakuuta marraskuuta joulukuuta",
    "tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu",
    "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad "
    "grudzień",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada "
    "grudnia",
    "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    "leden únor březen duben květen červen červenec srpen září říjen listopad prosinec",
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "led úno bře dub kvě čvn čvc srp zář říj lis pro",
};

static const char *const weekdays[] = {
    "Monday Tue. Wed Thurs. Friday Sat Sunday",
    "Montag Di. Mittwoch Do Freitag Sa. Sonntag",
    "lundi mar. mer. jeudi ven. samedi dim.",
    "maandag di wo donderdag vr za zondag",
    "lunes mar. miércoles jue. vie. sábado dom.",
    "segunda-feira ter. quarta quinta-feira sex. sáb. domingo",
    "lunedì mar mercoledì gio ven sabato dom",
    "måndag tis ons tors fre lördag sön",
    "mandag tirs. ons. torsdag fre. lørdag søn.",
    "mandag tir. ons. tor. fre. lør. søn.",
    "maanantai ti ke torstaina perjantai la sunnuntai",
    "poniedziałek wt. śr. czwartek pt. sob. niedziela",
    "pondělí út st čtvrtek pá so neděle",
};

static void
test_months(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(months); i++) {
		g_auto(GStrv) names = g_strsplit(months[i], " ", -1);
		g_assert_cmpuint(g_strv_length(names), ==, 12);
		for (int m = 0; m < 12; m++) {
			g_autofree char *big = g_utf8_strup(names[m], -1);
			g_autofree char *apart = g_utf8_normalize(names[m], -1, G_NORMALIZE_NFD);
			const char *const spellings[] = {names[m], big, apart};
			for (size_t k = 0; k < G_N_ELEMENTS(spellings); k++) {
				const char *at = spellings[k];
				int month;
				if (dateword_month(&at, &month) != DATEWORD_READ || month != m + 1)
					g_error("%s is not %d", spellings[k], m + 1);
				g_assert_cmpstr(at, ==, "");
			}
		}
	}
}

static void
test_weekdays(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(weekdays); i++) {
		g_auto(GStrv) names = g_strsplit(weekdays[i], " ", -1);
		g_assert_cmpuint(g_strv_length(names), ==, 7);
		for (int d = 0; d < 7; d++) {
			const char *at = names[d];
			if (dateword_weekday(&at) != DATEWORD_READ)
				g_error("%s is no weekday", names[d]);
			g_assert_cmpstr(at, ==, "");
		}
	}
}

/* What two months begin with is neither, and what no language has is no month. */
static void
test_unknown(void)
{
	static const char *const words[] = {"jui", "čer", "szept", "ocak", "total", "Monday"};
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		const char *at = words[i];
		int month;
		g_assert_cmpint(dateword_month(&at, &month), ==, DATEWORD_UNKNOWN);
	}
	const char *none[] = {"", "12", "x 2026", "/11/2026", "a"};
	for (size_t i = 0; i < G_N_ELEMENTS(none); i++) {
		const char *at = none[i];
		int month;
		g_assert_cmpint(dateword_month(&at, &month), ==, DATEWORD_NONE);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/datewords/months", test_months);
	g_test_add_func("/datewords/weekdays", test_weekdays);
	g_test_add_func("/datewords/unknown", test_unknown);
	return g_test_run();
}
