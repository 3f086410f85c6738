#include "ui/screen/date_words.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The second before END, which is taken over; NULL: there is no such date. */
static bool
just_before(GDateTime *end, int64_t *date)
{
	if (!end)
		return false;
	*date = g_date_time_to_unix(end) - 1;
	g_date_time_unref(end);
	return true;
}

/* The end of the day that lies so far before NOW. */
static bool
ago(int64_t now, int days, int months, int64_t *date)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(now);
	g_autoptr(GDateTime) before = time ? g_date_time_add_months(time, -months) : NULL;
	g_autoptr(GDateTime) day = before ? g_date_time_add_days(before, 1 - days) : NULL;
	if (!day)
		return false;
	return just_before(
		g_date_time_new_local(g_date_time_get_year(day), g_date_time_get_month(day),
			g_date_time_get_day_of_month(day), 0, 0, 0),
		date);
}

static bool
read_ago(const char *text, int64_t now, int64_t *date)
{
	static const struct {
		const char *word;
		int days, months;
	} units[] = { { "d", 1, 0 }, { "w", 7, 0 }, { "m", 0, 1 }, { "y", 0, 12 } };
	static const struct {
		const char *word;
		int days;
	} days[] = { { "today", 0 }, { "yesterday", 1 } };
	for (size_t i = 0; i < G_N_ELEMENTS(days); i++) {
		if (g_ascii_strcasecmp(text, days[i].word) == 0)
			return ago(now, days[i].days, 0, date);
	}
	size_t digits = strspn(text, "0123456789");
	if (digits == 0 || digits > 4)
		return false;
	int count = atoi(text);
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		if (g_ascii_strcasecmp(text + digits, units[i].word) == 0)
			return ago(now, count * units[i].days, count * units[i].months, date);
	}
	return false;
}

/* A year, month or day: it ends where the next one begins. */
static bool
read_calendar(const char *text, int64_t *date)
{
	int year, month = 1, day = 1, used = 0;
	int parts = sscanf(text, "%4d%n-%2d%n-%2d%n", &year, &used, &month, &used, &day, &used);
	if (parts < 1 || text[used] != '\0' || strspn(text, "0123456789-") != strlen(text))
		return false;
	g_autoptr(GDateTime) begin = g_date_time_new_local(year, month, day, 0, 0, 0);
	if (!begin || year < 1900)
		return false;
	return just_before(
		g_date_time_add_full(begin, parts == 1, parts == 2, parts == 3, 0, 0, 0), date);
}

bool
date_words_read(const char *text, int64_t now, int64_t *date)
{
	g_autofree char *word = g_strstrip(g_strdup(text));
	return read_calendar(word, date) || read_ago(word, now, date);
}
