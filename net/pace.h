#ifndef NET_PACE_H
#define NET_PACE_H

#include <stdint.h>

/*
 * When the next request may be sent, as arithmetic without a clock: times are microseconds of any
 * monotonic clock. Limits such as Kisi's 5 requests a second hold for each user, and every tool that
 * uses the same user's keys eats from it.
 */
struct pace {
	double rate;	/* requests a second at best */
	double current; /* now; never above rate */
	unsigned calm;	/* requests since the last change of current */
	int64_t next;	/* nothing is sent before this time */
};

/* Requests a second that the pace never falls below (or rate, when that is lower). */
#define PACE_FLOOR 0.25

/* Requests without complaint after which a slowed pace rises by a quarter. */
#define PACE_CALM 20

/* Set up the caller's storage; rate > 0. */
void pace_init(struct pace *pace, double rate);

/* How long to wait at `now` before sending; 0 = send. */
int64_t pace_wait(const struct pace *pace, int64_t now);

/* A request is sent at `now`: the next one keeps its distance from it. */
void pace_sent(struct pace *pace, int64_t now);

/* The server said 429: half the pace.  It took the request: recover slowly. */
void pace_slow(struct pace *pace);
void pace_calm(struct pace *pace);

/* Longest wait before a repeat, whatever the server asks for. */
#define PACE_LONGEST_MS ((int64_t)300 * 1000)

/*
 * How long to wait, in ms, before repeat number `repeat` (from 1): first_ms, doubled each time,
 * taken to between a half and the whole by chance (0 .. 1) so that clients who fell together do not
 * rise together; but never less than retry_after seconds (-1 = the server did not say) nor more
 * than PACE_LONGEST_MS.
 */
int64_t pace_backoff(unsigned first_ms, unsigned repeat, int64_t retry_after, double chance);

#endif
