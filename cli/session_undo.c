/* The run that is to be undone, as the audit trail has it. */
#include "cli/session.h"

bool
session_recall_undone(struct session *session, GError **error)
{
	char id[PLAN_ID];
	if (!store_run_find(session->store, session->undo, id, error) ||
	    (session->undone = store_trail(session->store, id, error)) == NULL)
		return false;
	const struct trail *undone = session->undone;
	if (undone->changes->len > 0)
		return true;
	if (undone->removed_by != NULL)
		return fail(error, EXIT_FAILED, "[state] keep_runs says how long they are kept",
		    "run %s: its changes were removed by run %s", id, undone->removed_by);
	return fail(error, EXIT_FAILED, "`history` lists the runs", "run %s changed nothing", id);
}
