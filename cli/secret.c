/* Files that hold a secret. */
#include "cli/secret.h"

#include "base/file.h"
#include "cli/say.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_MAX ((size_t)16 << 10) /* bytes; secrets are far shorter */

char *
secret_place(const char *path)
{
	const char *credentials = g_getenv("CREDENTIALS_DIRECTORY");
	if (credentials == NULL || *credentials == '\0')
		return g_strdup(path);
	g_autofree char *name = g_path_get_basename(path);
	char *credential = g_build_filename(credentials, name, NULL);
	if (g_file_test(credential, G_FILE_TEST_EXISTS))
		return credential;
	g_free(credential);
	return g_strdup(path);
}

/* The service manager lets only this service look; how it says so to the kernel may look like leave for a group. */
static bool
is_credential(const char *path)
{
	const char *credentials = g_getenv("CREDENTIALS_DIRECTORY");
	g_autofree char *folder = g_path_get_dirname(path);
	return g_strcmp0(credentials, folder) == 0;
}

char *
secret_read(const char *path, const char *what, GError **error)
{
	char *hint = g_strdup_printf("the file holds %s and nothing else", what);
	g_autofree char *place = secret_place(path);
	char *text = file_read(place, SECRET_MAX, EXIT_BAD_CONFIG, hint, error);
	g_free(hint);
	return text;
}

/* Is this one of the groups that the process runs with? */
static bool
own_group(gid_t group)
{
	int n = getgroups(0, NULL);
	g_autofree gid_t *groups = g_new(gid_t, (gsize)MAX(n, 0) + 1);
	bool own = group == getegid();
	n = n > 0 ? getgroups(n, groups) : 0;
	for (int i = 0; i < n; i++)
		own = own || groups[i] == group;
	return own;
}

/* 0440 is set on purpose: the owner gives the file to the group that the program runs with. */
bool
secret_exposed(const char *path)
{
	struct stat about;
	g_autofree char *place = secret_place(path);
	return !is_credential(place) && stat(place, &about) == 0 && (about.st_mode & 077) != 0 &&
	       ((about.st_mode & 07777) != 0440 || !own_group(about.st_gid));
}

bool
secret_shared(const char *path)
{
	struct stat about;
	return stat(path, &about) == 0 && (about.st_mode & 077) != 0;
}

static void
warn(const char *path, const char *what)
{
	say_warning("%s: others can read %s\nhint: chmod 600 %s", path, what, path);
}

void
secret_warn(const char *path, const char *what)
{
	if (secret_exposed(path))
		warn(path, what);
}

void
secret_warn_shared(const char *path)
{
	if (secret_shared(path))
		warn(path, "it, and it holds personal data");
}

void
secret_free(char *secret)
{
	if (secret != NULL)
		explicit_bzero(secret, strlen(secret));
	g_free(secret);
}
