#pragma once
/*
 * The error domain of backend/. A code exists only because a caller branches on it; the protocol carries
 * it as "code". Exit codes: OFFLINE → 75, all others 1, USAGE → 2.
 */
#include <glib.h>

#define ACCOUNT_ERROR account_error_quark()
GQuark account_error_quark(void);

typedef enum AccountError {
	ACCOUNT_ERROR_FAILED, /* "failed": said in the message */
	ACCOUNT_ERROR_OFFLINE, /* "offline": no address, refused, timed out, cut, BYE, throttled: try later */
	ACCOUNT_ERROR_AUTH, /* "auth": the server refused the password: never tried again by itself */
	ACCOUNT_ERROR_CERTIFICATE, /* "certificate": certificate, TLS version, no STARTTLS: nothing was sent */
	ACCOUNT_ERROR_REFUSED, /* "refused": the server said NO, or broke the protocol */
	ACCOUNT_ERROR_GONE,    /* "gone": no such message or folder any more */
	ACCOUNT_ERROR_FULL,    /* "full": disk full or failing */
	ACCOUNT_ERROR_DAMAGED, /* "damaged": the state database; it is set aside at the next start */
	ACCOUNT_ERROR_USAGE,   /* "usage": the question makes no sense */
	ACCOUNT_ERROR_CANCELLED, /* "cancelled" */
} AccountError;

/* What the user does about a full disk: ends a sentence that says which. */
#define ACCOUNT_ERROR_MAKE_ROOM "; make room, then it goes on"

/* The protocol's word for a code and back (unknown word: ACCOUNT_ERROR_FAILED). */
const char *account_error_word(int code);
int account_error_code(const char *word);
