#pragma once
/*
 * The links of a text of mail, found by their schemes, each with the host it really leads to. What a browser would
 * make of an address counts, not what it looks like. Pure; any thread.
 */
#include <glib.h>

enum { LINKS_LIMIT = 1000, LINK_LIMIT = 2048 /* bytes of an address */ };

typedef struct Link {
	char *url;  /* as written, not clean, without white space and control characters */
	char *host; /* in lower case; one that is not ASCII with its ASCII form behind */
} Link;

/* Of Link, each address once: first those that the text itself numbers ("[1] https://…" a line), by these numbers.
 * The caller owns it. */
GPtrArray *reader_links_find(const char *text);
