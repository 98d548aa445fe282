#ifndef KISI_SELF_H
#define KISI_SELF_H

#include "kisi/client.h"

/* A user may have this many API logins (keys); Kisi refuses one more (kisi-api 1.1). */
#define KISI_API_LOGINS 10

/* Whose key this is, and what it may do, as Kisi says it.  Strings belong to it; NULL where Kisi does not say. */
struct kisi_self {
	int64_t user_id;
	char *name, *email;
	char *organization;
	bool owner;	    /* the key's user owns the organisation */
	bool administrator; /* holds that role on it */
	bool scim;	    /* an identity provider manages people there */
	char *roles; /* ids of the roles held on the organisation, `, ` between; "" for none */
	bool rights_known; /* Kisi lists what these roles may do */
	char *
	    lacking; /* rights this program needs and none of them has, `, ` between; "" for none */
	int64_t api_logins; /* of the key's user, this key included; -1: not told */
};

/*
 * Ask for it; only reads.  Returned, caller frees with kisi_self_free (NULL is fine).  NULL and *error (EXIT_NO_KISI)
 * when Kisi is not reachable, refuses the key, or answers something else.
 */
struct kisi_self *kisi_self_read(struct kisi_client *client, GError **error);
/* The user alone; false and *error as above. */
bool kisi_own_user(struct kisi_client *client, int64_t *user_id, GError **error);

void kisi_self_free(struct kisi_self *self);

#endif
