#pragma once
/*
 * Finding words in a text that is shown. Case counts only where the pattern has capitals, a blank stands for any
 * white space, so also for the end of a line. Pure; one thread at a time.
 */
#include "ui/screen/text_flow.h"

typedef struct Finder Finder;

Finder *finder_new(const char *pattern);
void finder_free(Finder *finder); /* NULL does nothing */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Finder, finder_free)

const char *finder_pattern(const Finder *finder); /* belongs to FINDER */

/* The next match in TEXT that ends after FROM and begins before END (bytes); its bytes in *start and *length. */
bool finder_match(const Finder *finder, const CleanText *text, size_t from, size_t end,
	size_t *start, size_t *length);

typedef enum FinderResult {
	FINDER_FOUND,
	FINDER_ENDED, /* there is none up to the text's end, or its beginning */
	FINDER_GOES_ON,
} FinderResult;

/* The next line in which a match begins, from *LINE on (that one too), BACKWARDS or not, among COUNT lines. *LINE is
 * that one then; if it goes on, the one to go on with. */
FinderResult finder_find(
	const Finder *finder, TextFlow *flow, int64_t *line, bool backwards, size_t count);
