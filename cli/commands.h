#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/options.h"

/*
 * The commands.  Each returns the exit code of the process; when it is an error, *error says why.  words are those
 * behind the command, NULL-terminated.
 */
int cmd_init(const struct options *options, char **words, GError **error);
int cmd_check(const struct options *options, char **words, GError **error);
int cmd_plan(const struct options *options, char **words, GError **error);
int cmd_why(const struct options *options, char **words, GError **error);
int cmd_apply(const struct options *options, char **words, GError **error);
int cmd_rule(const struct options *options, char **words, GError **error);
int cmd_unlock_due(const struct options *options, char **words, GError **error);
int cmd_snapshot(const struct options *options, char **words, GError **error);
int cmd_history(const struct options *options, char **words, GError **error);
int cmd_report(const struct options *options, char **words, GError **error);
int cmd_revert(const struct options *options, char **words, GError **error);
int cmd_verify(const struct options *options, char **words, GError **error);
int cmd_describe(const struct options *options, char **words, GError **error);

#endif
