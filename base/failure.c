/* One way to fail: a GError whose code is the exit code and whose second line says what to do. */
#include "base/failure.h"

GQuark
failure_quark(void)
{
	return g_quark_from_static_string("kisi-reconcile");
}

bool
fail(GError **error, enum exit_code code, const char *hint, const char *format, ...)
{
	if (error == NULL)
		return false;

	va_list arguments;
	va_start(arguments, format);
	char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	if (hint != NULL)
		g_set_error(error, FAILURE, code, "%s\nhint: %s", text, hint);
	else
		g_set_error_literal(error, FAILURE, code, text);
	g_free(text);
	return false;
}
