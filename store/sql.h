#ifndef STORE_SQL_H
#define STORE_SQL_H

#include "store/stmt.h"

/* The texts of enum stmt. */
extern const struct statement {
	const char *what; /* as in "cannot <what>" */
	const char *sql;
} statements[STMT_COUNT];

#endif
