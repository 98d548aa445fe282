#ifndef BASE_EMAIL_H
#define BASE_EMAIL_H

#include <glib.h>
#include <stdbool.h>

/*
 * The canonical form of an e-mail address, which is the identity of a person everywhere in this program:
 * trimmed, taken out of `Name <a@b>`, `<a@b>` and `mailto:a@b`, NFC, case-folded, domain in ASCII (IDNA2008 by
 * libidn2).  Plus tags and dots stay as they are: two people may share a mailbox.
 *
 * raw: borrowed, may be NULL.  Returned, caller frees with g_free.  NULL when it is not an address (blank, no
 * or several @, a blank inside, empty or malformed domain, control characters, longer than 254 bytes); then
 * *why (when not NULL) points to a constant text such as "no @ in it".
 */
char *email_canonical(const char *raw, const char **why);

/* Does this canonical address look invented (noemail@..., x@x.x, no-reply@...), so that it is nobody's? */
bool email_placeholder(const char *canonical);

/*
 * Does a word of this canonical address look like another one?  Letters of Latin, Cyrillic, Greek or Armenian mixed in one word, or
 * a label of the domain that has only letters which look Latin and are not.  An address in one script is none.
 */
bool email_lookalike(const char *canonical);

#endif
