#pragma once
/*
 * Dates as one types them to go there. Pure; any thread.
 */
#include <stdbool.h>
#include <stdint.h>

/*
 * "2025", "2025-11", "2025-11-03"; "today", "yesterday"; "3d", "3w", "3m", "2y": so long ago. *date is the last
 * second of that year, month or day in local time, so that going there shows all of it below. NOW: Unix seconds.
 * False if it is none of these.
 */
bool date_words_read(const char *text, int64_t now, int64_t *date);
