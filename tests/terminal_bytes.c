#include "terminal_bytes.h"

#include <stdbool.h>
#include <string.h>

/* '#' is a number; a form that begins another one stands behind it. */
static const struct {
	const char *form;
	unsigned most; /* how often it may occur; 0: any number of times */
} forms[] = {
	/* moving */
	{ "\x1b[#;#H" },
	{ "\x1b[H\x1b[2J", 2 }, /* never the one without the other */
	{ "\x1b[H" },
	{ "\x1b[#d" },
	{ "\x1b[#G" },
	{ "\x1b[#A" },
	{ "\x1b[#B" },
	{ "\x1b[#C" },
	{ "\x1b[#D" },
	{ "\x1b[A" },
	{ "\x1b[C" },
	{ "\x1bM" },
	/* a scroll of some lines: the region is set and taken back, and where the cursor was is kept */
	{ "\x1b[#;#r" },
	{ "\x1b[#S" },
	{ "\x1b[#T" },
	{ "\x1b\x37" },
	{ "\x1b\x38" },
	/* changing cells */
	{ "\x1b[J" },
	{ "\x1b[K" },
	{ "\x1b[1K" },
	{ "\x1b[#@" },
	{ "\x1b[#L" },
	{ "\x1b[#M" },
	{ "\x1b[#P" },
	{ "\x1b[#X" },
	{ "\x1b[#b" },
	{ "\x1b[@" },
	{ "\x1b[L" },
	{ "\x1b[M" },
	{ "\x1b[P" },
	{ "\x1b(B" },
	/* the cursor is hidden, and shown where something is typed */
	{ "\x1b[?25l" },
	{ "\x1b[?12l\x1b[?25h" },
	/* at the start and at the end */
	{ "\x1b[?1049h\x1b[22;0;0t", 1 },
	{ "\x1b[?1049l\x1b[23;0;0t", 1 },
	{ "\x1b[22;0t\x1b[?1004h\x1b[?2004h", 1 },
	{ "\x1b[?1006l\x1b[?1000l\x1b[?1004l\x1b[?2004l\x1b[23;0t", 1 },
	{ "\x1b[?1006;1000h", 1 },
	{ "\x1b[?1006;1000l", 1 },
	{ "\x1b[?1h\x1b=", 1 },
	{ "\x1b[?1l\x1b>", 1 },
	{ "\x1b[?7h", 1 },
	{ "\x1b[4l", 1 },
};

/* What SGR may say, a pair of numbers a row: no blinking, no concealing. */
static const unsigned attributes[][2] = { { 0, 4 }, { 7, 7 }, { 22, 24 }, { 27, 27 }, { 30, 37 },
	{ 39, 47 }, { 49, 49 }, { 90, 97 }, { 100, 107 } };

static size_t
digits(const char *at, const char *end)
{
	size_t length = 0;
	while (at + length < end && g_ascii_isdigit(at[length]))
		length++;
	return length;
}

static size_t
form_length(const char *form, const char *at, const char *end)
{
	const char *start = at;
	for (; *form; form++) {
		size_t length = *form == '#' ? digits(at, end) : at < end && *at == *form;
		if (length == 0)
			return 0;
		at += length;
	}
	return (size_t)(at - start);
}

static bool
is_attribute(unsigned number)
{
	for (size_t i = 0; i < G_N_ELEMENTS(attributes); i++)
		if (number >= attributes[i][0] && number <= attributes[i][1])
			return true;
	return false;
}

/* "ESC [ 0 ; 1 ; 38 ; 5 ; 200 m" */
static size_t
sgr_length(const char *at, const char *end)
{
	const char *start = at;
	if (end - at < 3 || at[0] != '\x1b' || at[1] != '[')
		return 0;
	at += 2;
	while (at < end && *at != 'm') {
		size_t colour = form_length("38;5;#", at, end);
		if (!colour)
			colour = form_length("48;5;#", at, end);
		size_t length = colour ? colour : digits(at, end);
		if (!length || length > 9 ||
			(!colour && !is_attribute((unsigned)g_ascii_strtoull(at, NULL, 10))))
			return 0;
		at += length;
		if (at < end && *at == ';')
			at++;
	}
	return at < end ? (size_t)(at - start) + 1 : 0;
}

/* The title: our name, and how many are unread. */
static size_t
title_length(const char *at, const char *end)
{
	static const char start[] = "\x1b]2;curlew", stop[] = "\x1b\\";
	size_t length = form_length(start, at, end);
	if (!length)
		return 0;
	while (at + length < end && (g_ascii_isalnum(at[length]) || strchr(" ,", at[length])))
		length++;
	size_t stopped = form_length(stop, at + length, end);
	return stopped ? length + stopped : 0;
}

/* Bytes of what is written at AT; 0: nothing that we write. SEEN: how often each form was. */
static size_t
known_length(const char *at, const char *end, unsigned seen[])
{
	unsigned char byte = (unsigned char)*at;
	if (byte != 0x1b) {
		bool c1 = byte == 0xc2 && at + 1 < end && (unsigned char)at[1] < 0xa0;
		bool control = (byte < 0x20 && !strchr("\b\r\n", byte)) || byte == 0x7f;
		return !control && !c1;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
		size_t length = form_length(forms[i].form, at, end);
		if (length)
			return forms[i].most && ++seen[i] > forms[i].most ? 0 : length;
	}
	size_t length = sgr_length(at, end);
	return length ? length : title_length(at, end);
}

gssize
terminal_bytes_foreign(const GByteArray *bytes)
{
	const char *start = (const char *)bytes->data, *end = start + bytes->len;
	unsigned seen[G_N_ELEMENTS(forms)] = { 0 };
	for (const char *at = start; at < end;) {
		size_t length = known_length(at, end, seen);
		if (!length)
			return at - start;
		at += length;
	}
	return -1;
}
