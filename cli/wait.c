/* Waiting for another run to end. */
#include "cli/wait.h"

#include "cli/instance.h"
#include "store/store.h"

#define LOOK_EVERY (G_USEC_PER_SEC / 5)

int
wait_for_lock(const struct options *options, const char *path, bool (*stopped)(void), bool *waited,
    GError **error)
{
	int64_t until = g_get_monotonic_time() + options->wait * G_USEC_PER_SEC;
	GError *cause = NULL;
	*waited = false;
	instance_make_state(options->instance, path);
	int lock = store_lock(path, options_clock(), &cause);
	while (lock < 0 && cause->code == EXIT_LOCKED && g_get_monotonic_time() < until &&
	       (stopped == NULL || !stopped())) {
		g_clear_error(&cause);
		g_usleep(LOOK_EVERY);
		*waited = true;
		lock = store_lock(path, options_clock(), &cause);
	}
	if (cause != NULL)
		g_propagate_error(error, cause);
	return lock;
}
