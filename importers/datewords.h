#ifndef IMPORTERS_DATEWORDS_H
#define IMPORTERS_DATEWORDS_H

/* The names of months and weekdays, in the languages of the venues; accents and case do not matter. */
enum dateword {
	DATEWORD_NONE, /* no word stands there */
	DATEWORD_READ, /* *at moved behind it and its dot */
	DATEWORD_UNKNOWN, /* likewise, but no language that is known has it, or two months begin with it */
};

/* The month, from 1, whose name or abbreviation stands at *at; `1er`, `16.` and `de` before it are passed over. */
enum dateword dateword_month(const char **at, int *month);

/* The same for a weekday, which is passed over. */
enum dateword dateword_weekday(const char **at);

/* Pass over what stands between the parts of a date: `de`. */
void dateword_skip_particles(const char **at);

#endif
