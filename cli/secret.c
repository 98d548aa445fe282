/* Files that hold a secret. */
#include "cli/secret.h"

#include "base/file.h"
#include "cli/say.h"

#include <string.h>
#include <sys/stat.h>

#define SECRET_MAX ((size_t)16 << 10) /* bytes; secrets are far shorter */

char *
secret_read(const char *path, const char *what, GError **error)
{
	char *hint = g_strdup_printf("the file holds %s and nothing else", what);
	char *text = file_read(path, SECRET_MAX, EXIT_BAD_CONFIG, hint, error);
	g_free(hint);
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
