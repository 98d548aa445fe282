/* Header lines as HTTP writes them. */
#include "net/header.h"

#include "base/failure.h"
#include "base/text.h"

#include <curl/curl.h>
#include <string.h>

#define DELAY_MAX ((int64_t)366 * 86400)

bool
header_date(const char *text, instant *out)
{
	time_t t = text == NULL ? -1 : curl_getdate(text, NULL);

	if (t < INSTANT_FIRST || t >= INSTANT_LAST)
		return false;
	*out = t;
	return true;
}

int64_t
header_retry_after(const char *text, instant server_now)
{
	int64_t seconds = 0;
	instant at = 0;

	if (text == NULL)
		return -1;
	if (text_digits(text))
		/* More digits than fit: as long as can be. */
		return text_number(text, 0, DELAY_MAX, &seconds) ? seconds : DELAY_MAX;
	if (server_now == 0 || !header_date(text, &at))
		return -1;
	return CLAMP(at - server_now, 0, DELAY_MAX);
}
