#ifndef KISI_ACCESS_H
#define KISI_ACCESS_H

#include "kisi/client.h"
#include "model/snapshot.h"

/*
 * The few writes this program makes, and the reads that prove them.  Each fills reply as
 * kisi_request does (the caller ends it with kisi_reply_done) and returns reply->result; outputs
 * are set only when that is KISI_OK.
 */

/*
 * The user with exactly this canonical address; KISI_GONE when there is none.  Tries `email=`, then
 * `query=`, which may not know a user who was created a moment ago.
 */
enum kisi_result kisi_find_user(
    struct kisi_client *client, const char *person, struct kisi_reply *reply, int64_t *user_id);

/*
 * Create a user.  invited: Kisi mails an invitation; else the user is managed (send_emails false,
 * confirm true).  name may be NULL.  Its notes mark the record as made by this program.  Kisi
 * answers an address that is taken with KISI_EXISTS, or KISI_REFUSED and status 422.
 */
enum kisi_result kisi_create_user(struct kisi_client *client, const char *email, const char *name,
    bool invited, struct kisi_reply *reply, int64_t *user_id);

/*
 * The group_basic assignment of a user in a group; KISI_GONE when there is none.  role_id of the
 * result is owned by reply.
 */
enum kisi_result kisi_find_assignment(struct kisi_client *client, int64_t user_id, int64_t group_id,
    struct kisi_reply *reply, struct kisi_assignment *assignment);

/* Create a group_basic assignment without a mail; open ends become null. */
enum kisi_result kisi_create_assignment(struct kisi_client *client, int64_t user_id,
    int64_t group_id, struct interval valid, struct kisi_reply *reply, int64_t *id);

/* Ask Kisi to change its validity; whether it did must be read back (kisi-api: undocumented). */
enum kisi_result kisi_patch_assignment(
    struct kisi_client *client, int64_t id, struct interval valid, struct kisi_reply *reply);

/* Take the assignment away; KISI_GONE when it was not there, which is as good. */
enum kisi_result kisi_delete_assignment(
    struct kisi_client *client, int64_t id, struct kisi_reply *reply);

/*
 * One assignment by id; KISI_GONE when it is not there.  role_id of the result is owned by reply.
 */
enum kisi_result kisi_read_assignment(struct kisi_client *client, int64_t id,
    struct kisi_reply *reply, struct kisi_assignment *assignment);

/* ---- passes: links and schedules made for one booking ---- */

/*
 * The finders read a list whole and compare it themselves: with a search, which may lag behind, a
 * pass made a moment ago would be made twice.  KISI_GONE when there is none; KISI_DOWN when the
 * list could not be read as one state, KISI_DENIED when the key was refused.  Of several, the one with the least id.
 */

/*
 * Create an access link, which Kisi mails to the address; email "" = to nobody.  The answer holds
 * the link's secret, so reply has neither body nor a quotation of one afterwards.
 */
enum kisi_result kisi_create_link(struct kisi_client *client, const char *name, const char *email,
    int64_t group_id, struct interval valid, struct kisi_reply *reply, int64_t *id);

/* The enabled link with exactly this name, canonical address, group and these dates. */
enum kisi_result kisi_find_link(struct kisi_client *client, const char *name, const char *email,
    int64_t group_id, struct interval valid, struct kisi_reply *reply, int64_t *id);

/* KISI_GONE when it was not there, which is as good; also kisi_delete_schedule. */
enum kisi_result kisi_delete_link(struct kisi_client *client, int64_t id, struct kisi_reply *reply);

/* Keep a lock unlocked for a span, by a single event.  Kisi leaves the seconds out. */
enum kisi_result kisi_create_schedule(struct kisi_client *client, const char *name, int64_t lock_id,
    struct interval span, struct kisi_reply *reply, int64_t *id);

/* The enabled single unlock schedule with this name, lock and span, to the minute. */
enum kisi_result kisi_find_schedule(struct kisi_client *client, const char *name, int64_t lock_id,
    struct interval span, struct kisi_reply *reply, int64_t *id);

enum kisi_result kisi_delete_schedule(
    struct kisi_client *client, int64_t id, struct kisi_reply *reply);

/* Are these what kisi_find_link and kisi_find_schedule look for? */
bool kisi_is_link(const struct kisi_link *link, const char *name, const char *email,
    int64_t group_id, struct interval valid);
bool kisi_is_schedule(
    const struct kisi_schedule *schedule, const char *name, int64_t lock_id, struct interval span);

/* ---- doors ---- */

/*
 * Unlock a door now.  Sent once, unless Kisi answered 429 or no connection could be opened: with
 * KISI_UNKNOWN it may have opened.  409: locked down; 503 (KISI_UNKNOWN, too): it did not answer.
 */
enum kisi_result kisi_unlock(struct kisi_client *client, int64_t lock_id, struct kisi_reply *reply);

#endif
