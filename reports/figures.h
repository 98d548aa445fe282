#ifndef REPORTS_FIGURES_H
#define REPORTS_FIGURES_H

#include <stdint.h>

/* The figure or limit of a guard with its unit: `3 people`, `26 h`, `12 rows`.  Caller frees with g_free. */
char *figure_text(const char *guard, int64_t figure);

#endif
