#pragma once
/*
 * Tokens of a closed, complete line of IMAP data: atoms, strings, parentheses. Borrows the line. Nothing here
 * recurses or allocates but scan_string. Pure; any thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum TokenKind {
	TOKEN_END, /* or what cannot be read */
	TOKEN_ATOM,
	TOKEN_QUOTED,  /* bytes between the quotes, escapes still in */
	TOKEN_LITERAL, /* bytes of the literal */
	TOKEN_OPEN,
	TOKEN_CLOSE,
} TokenKind;

typedef struct Token {
	TokenKind kind;
	const char *bytes;
	size_t length;
} Token;

typedef struct Scan {
	const char *at, *end;
} Scan;

Scan scan_line(const char *text, size_t length);
/* "BODY[…]" is one atom, with all that stands in its brackets. */
Token scan_next(Scan *scan);
/* Passes over one value: an atom, a string or a list with all in it. False at the end or at ')'. */
bool scan_skip(Scan *scan);

bool token_is(const Token *token, const char *word); /* an atom, without case */
/* An atom of digits only, at most MOST; *too_large: it is one, but larger. */
bool token_number(const Token *token, uint64_t most, uint64_t *number, bool *too_large);
/* The text of an atom or string, escapes resolved; NULL: another token, or a NUL in it. The caller owns it. */
char *token_string(const Token *token);
