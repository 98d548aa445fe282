/* SHA-256 as text. */
#include "base/sum.h"

#include <nettle/base16.h>

void
sum_begin(struct sum *sum)
{
	sha256_init(&sum->ctx);
}

void
sum_add(struct sum *sum, const void *bytes, size_t length)
{
	sha256_update(&sum->ctx, length, bytes);
}

void
sum_end(struct sum *sum, char text[static SUM_TEXT])
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	sha256_digest(&sum->ctx, sizeof(digest), digest);
	base16_encode_update(text, sizeof(digest), digest);
	text[SUM_TEXT - 1] = '\0';
}
