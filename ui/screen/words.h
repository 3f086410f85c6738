#pragma once
/*
 * Numbers and dates as the screen writes them. Pure; any thread.
 */
#include <glib.h>
#include <stdint.h>

/* "1,204". The caller owns it. */
char *words_number(int64_t number);

/* A list's date in at most 6 columns: today "14:02", this week "Tue", this year "03 Nov", else "2025".
 * Both in Unix seconds, shown in local time. The caller owns it. */
char *words_date(int64_t date, int64_t now);

/* The same in at most 9 columns: years before this one with their day, "03 Nov 25". */
char *words_date_with_day(int64_t date, int64_t now);

/* "Tue, 03 Nov 2025 14:02". The caller owns it. */
char *words_full_date(int64_t date);

/* A count and the right form of its noun: "1 message", "1,204 messages". The caller owns it. */
char *words_count(int64_t count, const char *noun);
