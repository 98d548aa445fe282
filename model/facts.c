/* What an import learnt about its files. */
#include "model/facts.h"

#include "base/text.h"

#include <string.h>

static void
file_facts_free(gpointer p)
{
	struct file_facts *file = p;
	g_free(file->path);
	g_free(file->name);
	g_free(file->sha256);
	g_free(file);
}

struct import_facts *
import_facts_new(const char *source, enum record_kind kind)
{
	struct import_facts *facts = g_new0(struct import_facts, 1);
	facts->source = source;
	facts->kind = kind;
	facts->files = g_ptr_array_new_with_free_func(file_facts_free);
	facts->earliest = INSTANT_NEVER;
	facts->latest = INSTANT_ALWAYS;
	facts->unmatched = g_ptr_array_new_with_free_func(g_free);
	facts->columns = g_ptr_array_new_with_free_func(g_free);
	facts->missing = g_ptr_array_new_with_free_func(g_free);
	facts->refusals = g_ptr_array_new_with_free_func(g_free);
	return facts;
}

void
import_facts_free(struct import_facts *facts)
{
	if (facts == NULL)
		return;
	g_ptr_array_unref(facts->files);
	g_ptr_array_unref(facts->unmatched);
	g_ptr_array_unref(facts->columns);
	g_ptr_array_unref(facts->missing);
	g_ptr_array_unref(facts->refusals);
	g_free(facts);
}

struct file_facts *
import_facts_add_file(struct import_facts *facts, const char *path)
{
	struct file_facts *file = g_new0(struct file_facts, 1);
	file->path = g_strdup(path);
	/* Whoever writes the export chooses its name. */
	char *name = g_path_get_basename(path);
	file->name = text_printable(name);
	g_free(name);
	file->encoding = "UTF-8";
	file->format = "";
	g_ptr_array_add(facts->files, file);
	return file;
}

void
import_facts_refuse(struct import_facts *facts, const char *hint, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	if (hint != NULL) {
		char *both = g_strconcat(text, "\nhint: ", hint, NULL);
		g_free(text);
		text = both;
	}
	g_ptr_array_add(facts->refusals, text);
}

char *
import_facts_hash(const struct import_facts *facts)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	const struct file_facts *first = facts->files->len > 0 ? facts->files->pdata[0] : NULL;
	if (facts->files->len == 1 && first->sha256 != NULL)
		return g_strdup(first->sha256);
	for (guint i = 0; i < facts->files->len; i++) {
		const struct file_facts *file = facts->files->pdata[i];
		g_checksum_update(sum, (const guchar *)file->name, (gssize)strlen(file->name) + 1);
		if (file->sha256 != NULL)
			g_checksum_update(sum, (const guchar *)file->sha256, -1);
	}
	return g_strdup(g_checksum_get_string(sum));
}
