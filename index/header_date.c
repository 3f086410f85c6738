#include <string.h>

#include "index/header_private.h"

/* What is gathered from the words of the field; -1: not seen yet. */
typedef struct DateParts {
	int numbers[2]; /* day and year, in the order they came */
	unsigned number_count;
	int month, hour, minute, second, zone;
	bool year_first, has_zone, afternoon, morning;
} DateParts;

static const char month_names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

static const struct ZoneName {
	const char *name;
	int minutes;
} zone_names[] = {
	{ "bst", 60 },
	{ "cdt", -5 * 60 },
	{ "cest", 2 * 60 },
	{ "cet", 60 },
	{ "cst", -6 * 60 },
	{ "edt", -4 * 60 },
	{ "eest", 3 * 60 },
	{ "eet", 2 * 60 },
	{ "est", -5 * 60 },
	{ "gmt", 0 },
	{ "jst", 9 * 60 },
	{ "kst", 9 * 60 },
	{ "mdt", -6 * 60 },
	{ "met", 60 },
	{ "mest", 2 * 60 },
	{ "msk", 3 * 60 },
	{ "mst", -7 * 60 },
	{ "pdt", -7 * 60 },
	{ "pst", -8 * 60 },
	{ "ut", 0 },
	{ "utc", 0 },
	{ "west", 60 },
	{ "wet", 0 },
	{ "z", 0 },
};

static bool
all_digits(const char *word)
{
	return *word && strspn(word, "0123456789") == strlen(word);
}

/* Reads up to LIMIT digits at *at; -1 if there is none or one too many. */
static int
take_number(const char **at, size_t limit)
{
	size_t digits = strspn(*at, "0123456789");
	int number = 0;
	if (digits == 0 || digits > limit)
		return -1;
	for (size_t i = 0; i < digits; i++)
		number = number * 10 + (*at)[i] - '0';
	*at += digits;
	return number;
}

/* +0200, -600, +02:00, +2; also behind "GMT" or "UTC". */
static bool
take_offset(DateParts *parts, const char *word)
{
	if (*word != '+' && *word != '-')
		return false;
	const char *at = word + 1;
	size_t digits = strspn(at, "0123456789");
	int number = take_number(&at, 4), minutes = 0;
	if (number < 0)
		return false;
	if (*at == ':' && digits <= 2) {
		at++;
		minutes = take_number(&at, 2);
	} else if (digits > 2) {
		minutes = number % 100;
		number /= 100;
	}
	if (minutes < 0 || minutes > 59 || number > 24)
		return false;
	parts->zone = (*word == '-' ? -1 : 1) * (number * 60 + minutes);
	return parts->has_zone = true;
}

static bool
take_zone_name(DateParts *parts, const char *word)
{
	size_t length = strcspn(word, "+-");
	for (size_t i = 0; i < G_N_ELEMENTS(zone_names); i++) {
		if (strlen(zone_names[i].name) != length ||
			g_ascii_strncasecmp(word, zone_names[i].name, length) != 0)
			continue;
		if (!parts->has_zone) {
			parts->zone = zone_names[i].minutes;
			parts->has_zone = true;
		}
		if (word[length])
			take_offset(parts, word + length);
		return true;
	}
	return false;
}

/* 22:02, 22:02:38, 22:02:38.123, 10:02PM; with a zone behind it as in 22:02:38Z or +02:00. */
static bool
take_time(DateParts *parts, const char *word)
{
	const char *at = word;
	char separator = word[strspn(word, "0123456789")];
	int hour = take_number(&at, 2), minute = -1, second = 0;
	if (hour < 0 || parts->hour >= 0 || (separator != ':' && separator != '.') ||
		at[0] != separator)
		return false;
	at++;
	minute = take_number(&at, 2);
	if (*at == separator) {
		at++;
		second = take_number(&at, 2);
		if (*at == '.')
			at += 1 + strspn(at + 1, "0123456789");
	}
	if (minute < 0 || second < 0 || (separator == '.' && at - word < 7))
		return false;
	parts->hour = hour, parts->minute = minute, parts->second = second;
	parts->afternoon |= g_ascii_strncasecmp(at, "pm", 2) == 0;
	parts->morning |= g_ascii_strncasecmp(at, "am", 2) == 0;
	if (*at && !take_zone_name(parts, at))
		take_offset(parts, at);
	return true;
}

static bool
take_month(DateParts *parts, const char *word)
{
	if (strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") < 3)
		return false;
	for (int month = 0; month < 12; month++) {
		if (g_ascii_strncasecmp(word, month_names + month * 3, 3) != 0)
			continue;
		if (parts->month < 0)
			parts->month = month + 1;
		return true;
	}
	return false;
}

/* 2010-02-07, with 22:02:38Z behind a T if it has a time. */
static bool
take_iso(DateParts *parts, const char *word)
{
	const char *at = word;
	int year = take_number(&at, 4);
	if (year < 100 || (*at != '-' && *at != '/') || parts->number_count > 0)
		return false;
	at++;
	int month = take_number(&at, 2);
	if (month < 1 || month > 12 || (*at != '-' && *at != '/'))
		return false;
	at++;
	int day = take_number(&at, 2);
	if (day < 0 || (*at && *at != 'T' && *at != 't'))
		return false;
	parts->numbers[0] = year, parts->numbers[1] = day, parts->number_count = 2;
	parts->month = month;
	parts->year_first = true;
	return !*at || take_time(parts, at + 1);
}

/* 07-Feb-2010 and 7/Feb/10 */
static bool
take_dashed(DateParts *parts, const char *word)
{
	const char *at = word;
	int day = take_number(&at, 2);
	if (day < 0 || (*at != '-' && *at != '/') || parts->number_count > 0)
		return false;
	if (!take_month(parts, at + 1))
		return false;
	at += 1 + strcspn(at + 1, "-/");
	if (!*at)
		return false;
	at++;
	int year = take_number(&at, 4);
	parts->numbers[0] = day, parts->numbers[1] = year, parts->number_count = 2;
	return year >= 0;
}

static bool
take_plain_number(DateParts *parts, const char *word)
{
	const char *at = word;
	if (!all_digits(word) || parts->number_count >= 2)
		return false;
	int number = take_number(&at, 4);
	/* A two-digit number before any year is the day; 31 May 2002 and May 31 2002 and 2002 May 31. */
	if (parts->number_count == 0)
		parts->year_first = strlen(word) > 2;
	parts->numbers[parts->number_count++] = number;
	return number >= 0;
}

static void
take_word(DateParts *parts, const char *word)
{
	if (take_iso(parts, word) || take_dashed(parts, word) || take_time(parts, word) ||
		take_plain_number(parts, word) || take_month(parts, word))
		return;
	parts->afternoon |= g_ascii_strcasecmp(word, "pm") == 0;
	parts->morning |= g_ascii_strcasecmp(word, "am") == 0;
	/* An offset counts only behind the time; the first one is it, "+0200 (EST)". */
	if (parts->hour >= 0 && !parts->has_zone && take_offset(parts, word))
		return;
	if (parts->hour >= 0)
		take_zone_name(parts, word);
}

static int64_t
days_from_civil(int64_t year, int month, int day)
{
	/* Years from March on, so that the leap day is the last of its year. */
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400, year_of_era = year - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - 719468;
}

static int
days_in_month(int year, int month)
{
	static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

/* RFC 5322 §4.3: years of two and three digits. */
static int
full_year(int year, bool short_form)
{
	if (!short_form)
		return year;
	return year < 50 ? year + 2000 : year + 1900;
}

static bool
finish_date(const DateParts *parts, int64_t *seconds)
{
	int day = parts->numbers[parts->year_first ? 1 : 0];
	int year = parts->numbers[parts->year_first ? 0 : 1];
	int hour = parts->hour;
	if (parts->number_count < 2 || parts->month < 1 || year < 0)
		return false;
	year = full_year(year, year < 1000);
	if (hour < 0)
		hour = 0;
	if (parts->afternoon && hour < 12)
		hour += 12;
	if (parts->morning && hour == 12)
		hour = 0;
	if (day < 1 || day > days_in_month(year, parts->month) || hour > 23 || parts->minute > 59 ||
		parts->second > 60)
		return false;
	*seconds = days_from_civil(year, parts->month, day) * 86400 + hour * 3600 +
	           parts->minute * 60 + parts->second - parts->zone * 60;
	return true;
}

/*
 * The field without its comments, commas and doubled blanks, and without blanks around ':', which the
 * obsolete syntax allows; it is cut at SIZE.
 */
static void
simplify(const char *value, size_t length, char *text, size_t size)
{
	unsigned depth = 0;
	size_t used = 0;
	for (size_t i = 0; i < length && used + 1 < size; i++) {
		char c = value[i];
		depth += c == '(';
		bool blank = header_is_blank(c) || c == ',' || c == '\0' || c == '(' || c == ')';
		if (depth > 0 && c == ')')
			depth--;
		else if (depth > 0 && c != '(')
			continue;
		if (c == ':' && used > 0 && text[used - 1] == ' ')
			used--;
		if (!blank)
			text[used++] = c;
		else if (used > 0 && text[used - 1] != ' ' && text[used - 1] != ':')
			text[used++] = ' ';
	}
	text[used] = '\0';
}

bool
header_date(const char *value, size_t length, int64_t *seconds, int *zone_minutes)
{
	DateParts parts = { .month = -1, .hour = -1 };
	char text[256], *rest = text;
	simplify(value, length, text, sizeof text);
	for (char *word; (word = strsep(&rest, " "));)
		take_word(&parts, word);
	*zone_minutes = parts.zone;
	*seconds = 0;
	return finish_date(&parts, seconds);
}
