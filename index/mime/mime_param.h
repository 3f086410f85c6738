#pragma once
/*
 * Parameters of Content-Type and Content-Disposition (RFC 2045, RFC 2231 with continuations), and what
 * senders write instead: encoded words and raw 8-bit text in them. Ours because GMime 3.2.13 loses
 * adjacent encoded words. Pure, bounded; any thread.
 */
#include <glib.h>
#include <stddef.h>

/* The decoded parameter NAME of a field's value, valid UTF-8; NULL if there is none. The caller owns it. */
char *mime_param(const char *value, size_t length, const char *name);

/* The first token of the value ("attachment", "text/plain") in lower case; NULL if there is none. */
char *mime_param_main(const char *value, size_t length);
