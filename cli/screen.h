#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

/* What standard output is. */

enum colour_wish { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

/* Columns of the terminal that it is: as the terminal says, else as COLUMNS says, else 80; 0 when it is none. */
size_t screen_width(void);

/*
 * Are signs repeated in colour?  Where nothing is wished: with NO_COLOR (not blank) never, with CLICOLOR_FORCE (not `0`)
 * always, else on a terminal that is not dumb.
 */
bool screen_colour(enum colour_wish wish);

#endif
