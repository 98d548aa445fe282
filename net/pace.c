/* The arithmetic of pacing and back-off; whoever sends has the clock and the waiting. */
#include "net/pace.h"

#include <glib.h>

#define SECOND_US 1e6
#define RECOVERY 1.25
#define DOUBLINGS_MAX 20 /* keeps the shift in range; PACE_LONGEST_MS is reached long before */

void
pace_init(struct pace *pace, double rate)
{
	*pace = (struct pace){.rate = rate, .current = rate};
}

int64_t
pace_wait(const struct pace *pace, int64_t now)
{
	return MAX(pace->next - now, 0);
}

void
pace_sent(struct pace *pace, int64_t now)
{
	pace->next = now + (int64_t)(SECOND_US / pace->current);
}

void
pace_slow(struct pace *pace)
{
	pace->current = MAX(pace->current / 2, MIN(PACE_FLOOR, pace->rate));
	pace->calm = 0;
}

void
pace_calm(struct pace *pace)
{
	if (pace->current >= pace->rate || ++pace->calm < PACE_CALM)
		return;
	pace->current = MIN(pace->current * RECOVERY, pace->rate);
	pace->calm = 0;
}

int64_t
pace_backoff(unsigned first_ms, unsigned repeat, int64_t retry_after, double chance)
{
	unsigned doublings = MIN(repeat > 0 ? repeat - 1 : 0, DOUBLINGS_MAX);
	int64_t whole = MIN((int64_t)first_ms << doublings, PACE_LONGEST_MS);
	int64_t wait = whole / 2 + (int64_t)((double)(whole - whole / 2) * chance);

	if (retry_after > PACE_LONGEST_MS / 1000)
		return PACE_LONGEST_MS;
	return MAX(wait, retry_after * 1000);
}
