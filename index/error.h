#pragma once
/*
 * The error domain of index/. A code exists only because a caller branches on it.
 */
#include <glib.h>

#define INDEX_ERROR index_error_quark()
GQuark index_error_quark(void);

typedef enum IndexError {
	INDEX_ERROR_FAILED,    /* said in the message; nothing to branch on */
	INDEX_ERROR_QUERY,     /* the query cannot be understood */
	INDEX_ERROR_MISSING,   /* no index yet, or it cannot be opened */
	INDEX_ERROR_NOT_FOUND, /* no such message or file */
	INDEX_ERROR_HELPER, /* the helper died, hung or broke its protocol: this message cannot be shown */
	INDEX_ERROR_PROTOCOL,  /* a line is no JSON object, too long or too deep */
	INDEX_ERROR_CANCELLED, /* a newer question or the user ended it */
} IndexError;
