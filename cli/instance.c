/* One of several organisations on one machine: where its configuration and its state are. */
#include "cli/instance.h"

#include "base/failure.h"

#include <string.h>

#define CONFIG_DIR "/etc/kisi-reconcile"
#define STATE_DIR "/var/lib/kisi-reconcile"
#define NAME_LENGTH_MAX 64

/* What units called their instances before an instance was an organisation. */
static const char *const former[] = {"apply", "plan", "unlock-due", NULL};

bool
instance_check(const char *name, GError **error)
{
	size_t length = strspn(
	    name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
	if (length == 0 || length > NAME_LENGTH_MAX || name[length] != '\0' || *name == '.' ||
	    *name == '-')
		return fail(error, EXIT_BAD_USAGE, "such as harbour-house",
		    "--instance: not a word of 1 to %d letters, digits, '-', '_' and '.': \"%s\"",
		    NAME_LENGTH_MAX, name);
	if (g_strv_contains(former, name))
		return fail(error, EXIT_BAD_USAGE,
		    "an instance is an organisation: kisi-reconcile@NAME reads NAME.ini",
		    "--instance: \"%s\" is a command", name);
	return true;
}

/* The service manager may name several, with colons between them. */
static char *
managed(const char *folders)
{
	if (folders == NULL || *folders == '\0')
		return NULL;
	return g_strndup(folders, strcspn(folders, ":"));
}

char *
instance_config(const char *name)
{
	g_autofree char *dir = managed(g_getenv("CONFIGURATION_DIRECTORY"));
	g_autofree char *file = g_strconcat(name, ".ini", NULL);
	return g_build_filename(dir != NULL ? dir : CONFIG_DIR, file, NULL);
}

char *
instance_state(const char *name, const char *dir)
{
	char *folder = managed(g_getenv("STATE_DIRECTORY"));
	if (name != NULL)
		return folder != NULL ? folder : g_build_filename(STATE_DIR, name, NULL);
	g_autofree char *beside = g_build_filename(dir, "kisi-reconcile.db", NULL);
	if (folder != NULL && g_file_test(beside, G_FILE_TEST_EXISTS))
		g_clear_pointer(&folder, g_free);
	return folder;
}

void
instance_make_state(const char *name, const char *database)
{
	if (name == NULL)
		return;
	g_autofree char *folder = g_path_get_dirname(database);
	(void)g_mkdir_with_parents(folder, 0700);
}
