#ifndef SANDBOX_REGIONS_H
#define SANDBOX_REGIONS_H

#include <stdbool.h>

/* Does Kisi know holidays of this region, `de` or `de_by`? */
bool region_known(const char *region);

#endif
