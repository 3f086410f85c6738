#pragma once
/*
 * Which of two lists of mails are the same mails: each of one list at most one of the other, as often as a header stands
 * in both. Pure. Any thread.
 */
#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "index/header.h"

typedef struct MatchItem {
	int64_t id;   /* the caller's */
	int64_t midh; /* of the Message-ID; 0: it has none */
	int64_t weak; /* without one: of header and size, but no date, where only that is known of one side; else 0 */
	int64_t size, idate;
	uint8_t identity[HEADER_IDENTITY_SIZE];
	uint32_t uid; /* the order among those that look the same */
	struct MatchItem *mate;
} MatchItem;

/*
 * Gives each of both lists (of MatchItem, without mates) its mate, or none: by the whole header, those of the same date and size
 * first; then, for a server that writes headers anew, by Message-ID, size and date; then what is weak. How many pairs there are.
 */
size_t match_items(const GPtrArray *ours, const GPtrArray *theirs);
