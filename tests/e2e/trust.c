/*
 * A library to be preloaded (tests/e2e/test_tls.py): for libcurl a certificate counts as signed when it is in the file
 * TRUST.  The program under test knows nothing of it, and has no such switch.
 */
#define _GNU_SOURCE
#include <curl/curl.h>
#include <dlfcn.h>
#include <stdlib.h>

CURLcode
curl_easy_perform(CURL *curl)
{
	CURLcode (*perform)(CURL *) = (CURLcode(*)(CURL *))dlsym(RTLD_NEXT, "curl_easy_perform");
	curl_easy_setopt(curl, CURLOPT_CAINFO, getenv("TRUST"));
	return perform(curl);
}
