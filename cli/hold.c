/* The hold file, which stops all removals. */
#include "cli/hold.h"

#include "base/text.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define HOLD_REASON 200 /* characters of a reason that are shown */

/* Whatever is there holds, be it a link that leads nowhere: a kill switch must not depend on what is in it. */
char *
hold_reason(const struct config *config)
{
	GStatBuf found;
	char *text = NULL;
	if (g_lstat(config->guards.hold_file, &found) != 0)
		return errno == ENOENT || errno == ENOTDIR ? NULL : g_strdup("");
	if (!S_ISREG(found.st_mode) ||
	    !g_file_get_contents(config->guards.hold_file, &text, NULL, NULL))
		return g_strdup("");
	text[strcspn(text, "\r\n")] = '\0';
	char *valid = g_utf8_make_valid(g_strstrip(text), -1);
	char *printable = text_printable(valid);
	char *reason = g_utf8_substring(
	    printable, 0, MIN(g_utf8_strlen(printable, -1), HOLD_REASON));
	g_free(printable);
	g_free(valid);
	g_free(text);
	return reason;
}
