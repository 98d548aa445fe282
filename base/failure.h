#ifndef BASE_FAILURE_H
#define BASE_FAILURE_H

#include <glib.h>
#include <stdbool.h>

/*
 * How a run ends.  The same numbers are the codes of every GError in this program, so that a failure
 * deep down already knows the exit code of the process.
 */
enum exit_code {
	EXIT_IN_STEP = 0,     /* in step, or everything was applied */
	EXIT_FAILED = 1,      /* an error that has no code of its own */
	EXIT_PENDING = 2,     /* changes are pending (plan --detailed-exitcode only) */
	EXIT_HELD = 3,	      /* a guard holds something back */
	EXIT_PARTLY = 4,      /* partly applied, an unknown outcome, or not converged */
	EXIT_LOCKED = 5,      /* another run holds the lock */
	EXIT_BAD_USAGE = 64,  /* wrong command line */
	EXIT_BAD_INPUT = 65,  /* no usable input */
	EXIT_NO_KISI = 69,    /* Kisi not reachable, or it refused the key */
	EXIT_BAD_CONFIG = 78, /* the configuration is wrong */
};

/* The domain of every GError of this program; its codes are enum exit_code. */
GQuark failure_quark(void);
#define FAILURE failure_quark()

/*
 * Say what went wrong: sets *error (borrowed place, may be NULL) to the formatted text, which is lower
 * case and names file, row and thing, and, when hint is not NULL, a second line "hint: <hint>" that
 * tells the reader what to do.  Always returns false, so that `return fail(...)` reads well.
 */
bool fail(GError **error, enum exit_code code, const char *hint, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

#endif
