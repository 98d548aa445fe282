/* Files that hold a secret. */
#include "cli/secret.h"

#include "base/failure.h"
#include "cli/say.h"

#include <string.h>
#include <sys/stat.h>

#define SECRET_MAX (16 << 10) /* bytes; secrets are far shorter */

char *
secret_read(const char *path, const char *what, GError **error)
{
	char *text = NULL;
	gsize length = 0;
	GError *trouble = NULL;
	struct stat status;
	if (stat(path, &status) == 0 && status.st_size > SECRET_MAX) {
		fail(error, EXIT_BAD_CONFIG, NULL, "%s: too large for %s", path, what);
		return NULL;
	}
	if (!g_file_get_contents(path, &text, &length, &trouble)) {
		char *hint = g_strdup_printf("the file holds %s and nothing else", what);
		fail(error, EXIT_BAD_CONFIG, hint, "%s", trouble->message);
		g_error_free(trouble);
		g_free(hint);
		return NULL;
	}
	if (strlen(text) != length) {
		fail(error, EXIT_BAD_CONFIG, NULL, "%s: NUL bytes in it", path);
		g_clear_pointer(&text, secret_free);
	}
	return text;
}

bool
secret_exposed(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && (status.st_mode & 077) != 0;
}

void
secret_warn(const char *path, const char *what)
{
	if (secret_exposed(path))
		say_warning("%s: others can read %s\nhint: chmod 600 %s", path, what, path);
}

void
secret_free(char *secret)
{
	if (secret != NULL)
		explicit_bzero(secret, strlen(secret));
	g_free(secret);
}
