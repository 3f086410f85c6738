#pragma once
/*
 * UID lists as IMAP sequence sets ("1:5,9", RFC 3501 §9) and back. Pure. Any thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UIDSET_TEXT_LIMIT = 8192 };

/*
 * UIDs (ascending; doubles and zeros are left out) as texts of at most LIMIT bytes each (0:
 * UIDSET_TEXT_LIMIT) and at most COUNT UIDs each (0: any). Of char *; the caller owns it; empty for none.
 */
GPtrArray *uidset_write(const uint32_t *uids, size_t size, size_t limit, size_t count);

/* Puts UIDs (of uint32_t) in ascending order, without doubles. */
void uidset_sort(GArray *uids);

/* Reads a set of numbers and ranges without '*' into an ascending list of uint32_t without doubles. NULL if it
 * is malformed or holds more than LIMIT numbers. The caller owns it. */
GArray *uidset_read(const char *text, size_t limit);
