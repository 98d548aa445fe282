/* verify: is the audit trail what it was when its runs ended? */
#include "base/text.h"
#include "cli/commands.h"
#include "cli/setup.h"
#include "store/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* More faults than these tell nothing new. */
#define FAULTS_NAMED 20

/* Fewer digits could be those of another link. */
#define HEAD_DIGITS 12

static bool
check_head(const char *head, GError **error)
{
	size_t n = head != NULL ? strlen(head) : HEAD_DIGITS;
	bool good = n >= HEAD_DIGITS && n < STORE_HASH &&
		    (head == NULL || strspn(head, "0123456789abcdefABCDEF") == n);
	return good || fail(error, EXIT_BAD_USAGE,
			   "the last line of `apply` and the summary of its workbook have it",
			   "--head: not a hash: \"%s\"", head);
}

static bool
say_faults(const struct chain_proof *proof, GError **error)
{
	guint n = proof->faults->len;
	for (guint i = 0; i < MIN(n, FAULTS_NAMED); i++) {
		const struct chain_fault *fault = g_ptr_array_index(proof->faults, i);
		char *text = text_printable(fault->text);
		printf("%s\n", text);
		g_free(text);
	}
	if (n > FAULTS_NAMED)
		printf("and %u more\n", n - FAULTS_NAMED);
	return fail(error, EXIT_FAILED,
	    "keep the file as it is; what was printed and reported outside is what can be trusted",
	    "the audit trail is not as it was written: %u %s", n, n == 1 ? "fault" : "faults");
}

static bool
say_proof(const struct chain_proof *proof, const char *head, GError **error)
{
	if (proof->faults->len > 0)
		return say_faults(proof, error);
	if (head != NULL && proof->known == 0)
		return fail(error, EXIT_FAILED,
		    "rows are missing at the end, or this is the database of another venue",
		    "no link of the chain has the head %s", head);
	if (proof->links == 0)
		printf(
		    "%" PRId64 " runs, no chain yet: it begins with the next run\n", proof->runs);
	else
		printf("%" PRId64 " runs, chain whole, head %s\n", proof->runs, proof->head);
	if (proof->older > 0)
		printf("%" PRId64
		       " runs ended before the chain began: they are as they were then\n",
		    proof->older);
	if (proof->known != 0)
		printf("the head given is that of run %s; %" PRId64 " runs ended since\n",
		    proof->known_run, proof->since);
	for (guint i = 0; i < proof->removals->len; i++)
		printf("%s\n", (const char *)g_ptr_array_index(proof->removals, i));
	if (proof->links > 0 && proof->unsealed > 0)
		printf("%" PRId64 " rows are not sealed yet: a run goes on, or died last\n",
		    proof->unsealed);
	if (proof->endless > 0)
		printf("%" PRId64 " runs have no end: they go on, or died\n", proof->endless);
	return true;
}

static int
cmd_verify(const struct options *options, char **words, GError **error)
{
	struct setup setup = {0};
	struct store *store = NULL;
	struct chain_proof proof = {0};
	GError *cause = NULL;
	bool good = check_head(options->head, &cause) && setup_config(options, &setup, &cause);
	if (good) {
		store = store_open(setup.config->state.database, &cause);
		good = store != NULL && store_verify(store, options->head, &proof, &cause) &&
		       say_proof(&proof, options->head, &cause);
	}
	chain_proof_done(&proof);
	store_close(store);
	setup_done(&setup);
	int code = good ? EXIT_IN_STEP : cause->code;
	if (!good)
		g_propagate_error(error, cause);
	return code;
}

const struct command command_verify = {
    .name = "verify",
    .arguments = "",
    .summary = "is the audit trail what it was when its runs ended?",
    .options = OPTION(HEAD),
    .exits = {EXIT_FAILED, EXIT_BAD_CONFIG},
    .run = cmd_verify,
};
