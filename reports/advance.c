/* Advance widths of Calibri, so that a row is as high as its text: neither cut nor half empty. */
#include "reports/advance.h"

#include <glib.h>

#define DIGIT 1038 /* of 2048 units an em; widths of columns are said in digits of 11 points */
#define COLUMN_SIZE 11.0
#define PADDING 0.7 /* digits at both sides of a cell together */
#define BOLD 1.04
#define LATIN 1110 /* letters beyond ASCII: a little more than most have */
#define WIDE 2048  /* Chinese, Japanese, Korean, and pictures */

static const unsigned short ascii[] = {463, 667, 821, 1020, 1038, 1464, 1397, 452, 621, 621, 1020,
    1020, 511, 627, 517, 791, 1038, 1038, 1038, 1038, 1038, 1038, 1038, 1038, 1038, 1038, 548, 548,
    1020, 1020, 1020, 949, 1831, 1185, 1114, 1092, 1260, 1000, 941, 1292, 1276, 516, 653, 1064, 861,
    1751, 1322, 1356, 1058, 1378, 1112, 941, 998, 1314, 1162, 1822, 1063, 998, 959, 628, 791, 628,
    1020, 1020, 596, 981, 1076, 866, 1076, 1019, 625, 964, 1076, 470, 490, 931, 470, 1636, 1076,
    1080, 1076, 1076, 714, 801, 686, 1076, 925, 1464, 887, 927, 809, 644, 943, 644, 1020};

static double
advance(gunichar c)
{
	if (c >= ' ' && c < ' ' + G_N_ELEMENTS(ascii))
		return ascii[c - ' '];
	if (g_unichar_iszerowidth(c))
		return 0;
	return g_unichar_iswide(c) || c > 0xFFFF ? WIDE : LATIN;
}

/* The next word with the blanks before it; *blanks: their width.  Returned: where it ends. */
static const char *
next_word(const char *text, double *blanks, double *width)
{
	*blanks = *width = 0;
	for (; *text == ' '; text++)
		*blanks += advance(' ');
	for (; *text != '\0' && *text != ' ' && *text != '\n'; text = g_utf8_next_char(text))
		*width += advance(g_utf8_get_char(text));
	return text;
}

size_t
advance_lines(const char *text, double width, double size, bool bold)
{
	double room = MAX(width - PADDING, 1) * DIGIT * COLUMN_SIZE / size / (bold ? BOLD : 1);
	double used = 0, blanks, word;
	size_t lines = 1;
	while (*text != '\0') {
		if (*text == '\n') {
			lines++;
			used = 0;
			text++;
			continue;
		}
		text = next_word(text, &blanks, &word);
		if (used > 0 && used + blanks + word > room) {
			lines++;
			used = 0;
		}
		used += (used > 0 ? blanks : 0) + word;
		for (; used > room; used -= room)
			lines++;
	}
	return lines;
}
