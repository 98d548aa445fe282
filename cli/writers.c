/* Who may write what decides who gets in. */
#include "cli/writers.h"

#include "base/text.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define LINKS_MAX 40 /* that Linux follows, too */

static bool
open_to_all(const char *path)
{
	struct stat about;
	struct statvfs mount;
	if (stat(path, &about) != 0 || (about.st_mode & S_IWOTH) == 0)
		return false;
	/* Like /tmp: nobody can replace what is another user's. */
	if (S_ISDIR(about.st_mode) && (about.st_mode & S_ISVTX) != 0)
		return false;
	return statvfs(path, &mount) != 0 || (mount.f_flag & ST_RDONLY) == 0;
}

/* Its parts come before those that are still to be walked. */
static void
put_in_front(GQueue *todo, const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", -1);
	for (guint i = g_strv_length(parts); i > 0; i--)
		g_queue_push_head(todo, g_strdup(parts[i - 1]));
}

/* One step on the way from the folder *at; false where the way ends. */
static bool
step(char **at, const char *part, GQueue *todo, unsigned *links)
{
	if (*part == '\0' || strcmp(part, ".") == 0)
		return true;
	char *next = strcmp(part, "..") == 0 ? g_path_get_dirname(*at)
					     : g_build_filename(*at, part, NULL);
	g_autofree char *target = g_file_read_link(next, NULL);
	if (target == NULL) {
		g_free(*at);
		*at = next;
		return true;
	}
	g_free(next);
	if (++*links > LINKS_MAX)
		return false;
	if (g_path_is_absolute(target)) {
		g_free(*at);
		*at = g_strdup("/");
	}
	put_in_front(todo, target);
	return true;
}

char *
writers_exposed(const char *path)
{
	if (path == NULL)
		return NULL;
	GQueue todo = G_QUEUE_INIT;
	char *at = g_strdup("/");
	unsigned links = 0;
	bool goes_on = true, exposed = false;
	put_in_front(&todo, path);
	if (!g_path_is_absolute(path)) {
		g_autofree char *here = g_get_current_dir();
		put_in_front(&todo, here);
	}
	while (goes_on && !exposed && !g_queue_is_empty(&todo)) {
		g_autofree char *part = g_queue_pop_head(&todo);
		goes_on = step(&at, part, &todo, &links);
		exposed = open_to_all(at);
	}
	g_queue_clear_full(&todo, g_free);
	if (!exposed)
		g_clear_pointer(&at, g_free);
	return at;
}

bool
writers_check(const char *path, GError **error)
{
	g_autofree char *exposed = writers_exposed(path);
	if (exposed == NULL)
		return true;
	g_autofree char *word = text_shell(exposed);
	g_autofree char *hint = g_strdup_printf("chmod o-w %s", word);
	return fail(
	    error, EXIT_BAD_CONFIG, hint, "%s: everybody on this machine can change it", exposed);
}
