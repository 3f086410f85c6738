#pragma once
/*
 * What the screen has said, the newest last, at most so many: for `:messages`. UI thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "index/clean_text.h"

enum { SAID_LIMIT = 1000 };

typedef struct SaidLine {
	int64_t when; /* Unix seconds, the last time */
	int times;    /* in a row */
	bool is_error;
	CleanText *text;
} SaidLine;

typedef struct Said Said;

Said *said_new(void);
void said_free(Said *said);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Said, said_free)

/* Keeps a reference to TEXT. The same again only counts. */
void said_add(Said *said, CleanText *text, bool is_error, int64_t when);

size_t said_length(const Said *said);
const SaidLine *said_at(
	const Said *said, size_t place); /* belongs to SAID until the next said_add */
