#pragma once
/*
 * The work behind clean_text.h, which alone uses it: the terminal rule, one code point after the other.
 * Pure; any thread.
 */
#include "index/clean_text.h"

/* LENGTH bytes of TEXT, cleaned; *columns and *changes as clean_text.h has them. The caller owns the result. */
GString *cleaner_run(
	CleanKind kind, const char *text, size_t length, size_t *columns, size_t *changes);

/* Takes a joiner off the end, where it joins nothing and the next cleaning would drop it. */
void cleaner_drop_joiner(GString *text);
