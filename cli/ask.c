/* On a terminal a person sees the plan first, and says yes to it.  No lock is held while they think. */
#include "cli/ask.h"

#include "reports/plan_text.h"

#include <stdio.h>
#include <string.h>
#include <sys/poll.h>
#include <unistd.h>

bool
ask_is_possible(const struct options *options)
{
	return !options->yes && !options->quiet && g_strcmp0(options->json, "-") != 0 &&
	       isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

#define ANSWER_MOST 64 /* bytes: nobody means yes with more */

bool
ask_yes(int fd, int seconds)
{
	char answer[ANSWER_MOST + 1] = "";
	size_t length = 0;
	int64_t deadline = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
	while (memchr(answer, '\n', length) == NULL) {
		struct pollfd input = {.fd = fd, .events = POLLIN};
		int64_t left = (deadline - g_get_monotonic_time()) / 1000;
		if (length == ANSWER_MOST || left <= 0 || poll(&input, 1, (int)left) <= 0)
			return false;
		ssize_t got = read(fd, answer + length, ANSWER_MOST - length);
		if (got <= 0)
			return false;
		length += (size_t)got;
	}
	answer[length] = '\0';
	return g_ascii_strcasecmp(g_strstrip(answer), "yes") == 0;
}

void
asked_done(struct asked *asked)
{
	g_free(asked->plan_id);
	g_clear_pointer(&asked->removals, g_hash_table_unref);
}

static void
remember(struct asked *asked, const struct plan *plan)
{
	asked->shown = true;
	asked->plan_id = g_strdup(plan->id);
	asked->removals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < plan->changes->len; i++) {
		const struct change *change = g_ptr_array_index(plan->changes, i);
		if (change_takes_away(change, plan->as_of))
			g_hash_table_add(asked->removals, g_strdup(change->id));
	}
}

static bool
ask(const struct plan *plan, GError **error)
{
	g_autofree char *question = plan_text_question(plan);
	fputs(question, stdout);
	fflush(stdout);
	return ask_yes(STDIN_FILENO, ASK_SECONDS) ||
	       fail(error, EXIT_FAILED, "type yes, or give --yes",
		   "nothing was changed: the answer was not yes");
}

bool
ask_about_plan(const struct options *options,
    bool (*approve)(struct session *session, GError **error), struct asked *asked, GError **error)
{
	struct session session;
	bool good = session_open(&session, options, error) &&
		    session_look(&session, "plan", error) && approve(&session, error) &&
		    session_import(&session, error) && session_connect(&session, error) &&
		    session_fetch(&session, error) && session_plan(&session, error);
	if (good) {
		session_show(&session);
		remember(asked, session.plan);
		if (session.plan->changes->len > 0)
			good = ask(session.plan, error);
	}
	session_close(&session);
	return good;
}

bool
ask_covers(const struct asked *asked, const struct plan *plan, GError **error)
{
	for (guint i = 0; asked->shown && i < plan->changes->len; i++) {
		const struct change *change = g_ptr_array_index(plan->changes, i);
		if (change_takes_away(change, plan->as_of) &&
		    !g_hash_table_contains(asked->removals, change->id))
			return fail(error, EXIT_HELD, "run apply again, and look at the new plan",
			    "nothing was changed: meanwhile there is more to remove than you "
			    "were shown");
	}
	return true;
}
