#include "model/run.h"

const char *
outcome_word(enum outcome outcome)
{
	static const char *const words[OUTCOME_COUNT] = {"pending", "done", "failed", "unknown"};
	return words[outcome];
}
