#pragma once
/*
 * When the user is to be told that new mail came: it did, they look elsewhere, and it is not too soon after the
 * last time. Pure.
 */
#include <stdbool.h>
#include <stdint.h>

typedef struct Attention {
	bool known;     /* unread is */
	int64_t unread; /* as last taken */
	int64_t told;   /* when it was last told, µs; 0: never */
	int64_t key;    /* the last key, µs */
} Attention;

/* So much is UNREAD at NOW (µs of a clock that never goes back): is it to be told? */
bool attention_take(Attention *attention, int64_t unread, bool looks_elsewhere, int64_t now);

/* A terminal that doesn't tell its focus: whoever typed within the last minute looks at it. */
bool attention_is_idle(const Attention *attention, int64_t now);
