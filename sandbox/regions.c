/* The regions of Kisi's holiday calendars: a country, or a country and one of its parts. */
#include "sandbox/regions.h"

#include <glib.h>
#include <string.h>

static const struct {
	const char *country;
	const char *parts; /* of the country, each a region of its own */
} regions[] = {
    {"ar", ""},
    {"at", ""},
    {"au", "act nsw nt qld sa tas vic wa"},
    {"bg", ""},
    {"br", ""},
    {"ca", "ab bc mb nb nl ns nt nu on pe qc sk yt"},
    {"ch", "ag ai ar be bl bs fr ge gl gr ju lu ne nw ow sg sh so sz tg ti ur vd "
	   "vs zg zh"},
    {"cl", ""},
    {"co", ""},
    {"cr", ""},
    {"cy", ""},
    {"cz", ""},
    {"de", "bb be bw by hb he hh mv ni nw rp sh sl sn st th"},
    {"dk", ""},
    {"ee", ""},
    {"es", "an ar ce cl cm cn ct ex ga ib lo m mu na o pv v vc"},
    {"fi", ""},
    {"fr", ""},
    {"gb", "con eng nir sct wls"},
    {"ge", ""},
    {"gr", ""},
    {"hk", ""},
    {"hr", ""},
    {"hu", ""},
    {"ie", ""},
    {"il", ""},
    {"in", "ap ar as br cg ga gj hp hr jh jk ka kl mh mp mz nl od pb py sk tr ts "
	   "wb"},
    {"is", ""},
    {"it", "bl fi ge pd rm ro to tv ve vi vr"},
    {"jp", ""},
    {"ke", ""},
    {"kr", ""},
    {"kz", ""},
    {"li", ""},
    {"lt", ""},
    {"lu", ""},
    {"lv", ""},
    {"ma", ""},
    {"mc", ""},
    {"mx", "pue"},
    {"my", ""},
    {"ng", ""},
    {"nl", ""},
    {"no", ""},
    {"nz", ""},
    {"pe", ""},
    {"ph", ""},
    {"pl", ""},
    {"pt", ""},
    {"ro", ""},
    {"ru", ""},
    {"se", ""},
    {"sg", ""},
    {"th", ""},
    {"tn", ""},
    {"tr", ""},
    {"ua", ""},
    {"us", "ak al ar az ca co ct dc de fl ga gu hi ia id il in ks ky la ma md me "
	   "mi mn mo ms mt nc nd ne nh nj nm nv ny oh ok or pa pr ri sc sd tn tx "
	   "ut va vi vt wa wi wv wy"},
    {"vn", ""},
    {"za", ""},
};

bool
region_known(const char *region)
{
	g_auto(GStrv) words = g_strsplit(region, "_", 2);

	for (size_t i = 0; words[0] != NULL && i < G_N_ELEMENTS(regions); i++) {
		if (strcmp(words[0], regions[i].country) != 0)
			continue;
		g_auto(GStrv) parts = g_strsplit(regions[i].parts, " ", -1);
		return words[1] == NULL ||
		       (words[1][0] != '\0' &&
			   g_strv_contains((const char *const *)parts, words[1]));
	}
	return false;
}
