/* Is the state older than it was? */
#include "cli/restored.h"

#include "base/file.h"
#include "cli/say.h"

#include <string.h>

#define NOTE_MAX ((size_t)1 << 10)

static char *
note_path(const char *database)
{
	g_autofree char *real = file_resolve(database);
	return g_strconcat(real, ".head", NULL);
}

char *
restored_reason(struct store *store, const char *database)
{
	g_autofree char *path = note_path(database);
	char head[STORE_HASH] = "";
	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return NULL;
	g_autofree char *text = file_read(path, NOTE_MAX, EXIT_FAILED, NULL, NULL);
	g_auto(GStrv) words = g_strsplit(text != NULL ? g_strchomp(text) : "", " ", 3);
	/* What cannot be read says nothing. */
	if (g_strv_length(words) != 3 || !store_head(store, words[0], head, NULL) ||
	    strcmp(head, words[1]) == 0)
		return NULL;
	return g_strdup_printf("run %s of %s is not in it", words[0], words[2]);
}

void
restored_note(const struct session *session)
{
	char at[INSTANT_TEXT];
	GError *trouble = NULL;
	if (*session->head == '\0')
		return;
	g_autofree char *path = note_path(session->setup.config->state.database);
	g_autofree char *text = g_strdup_printf("%s %s %s\n", session->run.id, session->head,
	    instant_format(session->options->now, at));
	if (file_write(path, text, strlen(text), 0600, &trouble))
		return;
	say_warning("%s", trouble->message);
	g_error_free(trouble);
}
