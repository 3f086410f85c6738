#include "ui/screen/words.h"

#include <stdbool.h>
#include <string.h>

char *
words_number(int64_t number)
{
	g_autofree char *digits = g_strdup_printf("%" G_GINT64_FORMAT, ABS(number));
	GString *text = g_string_new(number < 0 ? "-" : NULL);
	for (const char *at = digits; *at; at++) {
		g_string_append_c(text, *at);
		size_t left = strlen(at + 1);
		if (left > 0 && left % 3 == 0)
			g_string_append_c(text, ',');
	}
	return g_string_free(text, FALSE);
}

/* Names of days and months are ours: the locale's would not fit the columns. */
static const char days[7][4] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
	"Oct", "Nov", "Dec" };

static const char *
day_name(GDateTime *time)
{
	return days[g_date_time_get_day_of_week(time) - 1];
}

static const char *
month_name(GDateTime *time)
{
	return months[g_date_time_get_month(time) - 1];
}

/* Whole days from one midnight to another. */
static int
days_between(GDateTime *from, GDateTime *to)
{
	GDate first, last;
	g_date_clear(&first, 1);
	g_date_clear(&last, 1);
	g_date_set_dmy(&first, (GDateDay)g_date_time_get_day_of_month(from),
		(GDateMonth)g_date_time_get_month(from), (GDateYear)g_date_time_get_year(from));
	g_date_set_dmy(&last, (GDateDay)g_date_time_get_day_of_month(to),
		(GDateMonth)g_date_time_get_month(to), (GDateYear)g_date_time_get_year(to));
	return g_date_days_between(&first, &last);
}

static char *
date_text(int64_t date, int64_t now, bool with_day)
{
	g_autoptr(GDateTime) then = g_date_time_new_from_unix_local(date);
	g_autoptr(GDateTime) today = g_date_time_new_from_unix_local(now);
	if (!then || !today)
		return g_strdup("?");
	int ago = days_between(then, today);
	if (ago == 0)
		return g_date_time_format(then, "%H:%M");
	if (ago > 0 && ago < 7)
		return g_strdup(day_name(then));
	if (g_date_time_get_year(then) == g_date_time_get_year(today))
		return g_strdup_printf(
			"%02d %s", g_date_time_get_day_of_month(then), month_name(then));
	if (!with_day)
		return g_strdup_printf("%d", g_date_time_get_year(then));
	return g_strdup_printf("%02d %s %02d", g_date_time_get_day_of_month(then), month_name(then),
		g_date_time_get_year(then) % 100);
}

char *
words_date(int64_t date, int64_t now)
{
	return date_text(date, now, false);
}

char *
words_date_with_day(int64_t date, int64_t now)
{
	return date_text(date, now, true);
}

char *
words_full_date(int64_t date)
{
	g_autoptr(GDateTime) then = g_date_time_new_from_unix_local(date);
	if (!then)
		return g_strdup("unknown");
	return g_strdup_printf("%s, %02d %s %d %02d:%02d", day_name(then),
		g_date_time_get_day_of_month(then), month_name(then), g_date_time_get_year(then),
		g_date_time_get_hour(then), g_date_time_get_minute(then));
}

char *
words_count(int64_t count, const char *noun)
{
	g_autofree char *number = words_number(count);
	return g_strdup_printf("%s %s%s", number, noun, count == 1 ? "" : "s");
}
