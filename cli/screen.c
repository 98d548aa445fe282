/* What standard output is: a terminal, how wide, and whether it takes colour. */
#include "cli/screen.h"

#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_LEAST 40 /* below that columns of words are no help */
#define WIDTH_MOST 1000
#define WIDTH_USUAL 80

size_t
screen_width(void)
{
	struct winsize size = {0};
	int64_t columns = 0;
	const char *told = getenv("COLUMNS");
	if (!isatty(STDOUT_FILENO))
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		columns = size.ws_col;
	else if (told == NULL || !text_number(told, 1, WIDTH_MOST, &columns))
		columns = WIDTH_USUAL;
	return (size_t)CLAMP(columns, WIDTH_LEAST, WIDTH_MOST);
}

bool
screen_colour(enum colour_wish wish)
{
	const char *terminal = getenv("TERM"), *none = getenv("NO_COLOR"),
		   *force = getenv("CLICOLOR_FORCE");
	if (wish != COLOUR_AUTO)
		return wish == COLOUR_ALWAYS;
	if (none != NULL && *none != '\0')
		return false;
	if (force != NULL && *force != '\0' && strcmp(force, "0") != 0)
		return true;
	return isatty(STDOUT_FILENO) && terminal != NULL && strcmp(terminal, "dumb") != 0;
}
