#ifndef BASE_SUM_H
#define BASE_SUM_H

#include <nettle/sha2.h>
#include <stddef.h>

/* SHA-256 (FIPS 180-4) over nettle, which uses the processor's own instructions: files of gigabytes are summed. */

#define SUM_TEXT (2 * SHA256_DIGEST_SIZE + 1) /* bytes of a sum as text, with its end */

struct sum {
	struct sha256_ctx ctx;
};

void sum_begin(struct sum *sum);
void sum_add(struct sum *sum, const void *bytes, size_t length);

/* Of all that was added, in 64 small hex digits; the sum begins anew. */
void sum_end(struct sum *sum, char text[static SUM_TEXT]);

#endif
