#include <string.h>

#include "index/header_private.h"

/*
 * Raw 8-bit headers name no charset. What tells the usual ones apart is how their bytes stand: double
 * bytes in rows, Cyrillic in long runs of 0xC0–0xFF, western letters one by one between ASCII.
 */

/* Which bytes lead a character of two, and which may follow. */
typedef struct DoubleByte {
	unsigned char lead_from, lead_to, trail_from, trail_to;
	bool halfwidth; /* 0xA1–0xDF stand alone */
} DoubleByte;

/* What a text holds if it is read so. */
typedef struct Pairs {
	unsigned count, longest_row;
	unsigned kana, hangul, symbols; /* pairs with such a lead byte, in the EUC forms */
	unsigned sjis_kana;
	bool broken; /* a high byte that fits no pair */
} Pairs;

static const DoubleByte euc = { 0xa1, 0xfe, 0xa1, 0xfe, false };
static const DoubleByte big5 = { 0xa1, 0xf9, 0x40, 0xfe, false };
static const DoubleByte gbk = { 0x81, 0xfe, 0x40, 0xfe, false };
static const DoubleByte sjis = { 0x81, 0xfc, 0x40, 0xfc, true };

static void
count_lead(Pairs *pairs, unsigned char lead)
{
	pairs->count++;
	pairs->kana += lead == 0xa4 || lead == 0xa5;
	pairs->hangul += lead >= 0xb0 && lead <= 0xc8;
	pairs->symbols += lead >= 0xa1 && lead <= 0xa3;
	pairs->sjis_kana += lead == 0x82 || lead == 0x83;
}

static Pairs
read_pairs(const DoubleByte *form, const unsigned char *bytes, size_t length)
{
	Pairs pairs = { 0 };
	unsigned row = 0;
	for (size_t i = 0; i < length && !pairs.broken; i++) {
		if (bytes[i] < 0x80) {
			row = 0;
			continue;
		}
		if (form->halfwidth && bytes[i] >= 0xa1 && bytes[i] <= 0xdf)
			continue;
		unsigned char trail = i + 1 < length ? bytes[i + 1] : 0;
		if (bytes[i] < form->lead_from || bytes[i] > form->lead_to ||
			trail < form->trail_from || trail > form->trail_to || trail == 0x7f)
			pairs.broken = true;
		count_lead(&pairs, bytes[i++]);
		pairs.longest_row = MAX(pairs.longest_row, ++row);
	}
	return pairs;
}

/* The ten letters that make up most of a Russian text, о е а и н т с р в л, as bytes. */
static const struct Cyrillic {
	const char *charset, *letters;
} cyrillic_forms[] = {
	{ "windows-1251", "\xee\xe5\xe0\xe8\xed\xf2\xf1\xf0\xe2\xeb" },
	{ "koi8-r", "\xcf\xc5\xc1\xc9\xce\xd4\xd3\xd2\xd7\xcc" },
	{ "windows-1251", "\xce\xc5\xc0\xc8\xcd\xd2\xd1\xd0\xc2\xcb" },
	{ "koi8-r", "\xef\xe5\xe1\xe9\xee\xf4\xf3\xf2\xf7\xec" },
};

/* Long runs of letters in the upper half, nearly nothing below: NULL if not. */
static const char *
guess_cyrillic(const unsigned char *bytes, size_t length)
{
	unsigned high = 0, letters = 0, runs = 0, seen[256] = { 0 };
	for (size_t i = 0; i < length; i++) {
		seen[bytes[i]]++;
		high += bytes[i] >= 0x80;
		letters += bytes[i] >= 0xc0;
		runs += bytes[i] >= 0x80 && (i == 0 || bytes[i - 1] < 0x80);
	}
	if (high < 3 || letters * 20 < high * 19 || high * 2 < runs * 5)
		return NULL;
	const char *best = NULL;
	unsigned most = 0;
	for (size_t form = 0; form < G_N_ELEMENTS(cyrillic_forms); form++) {
		unsigned common = 0;
		for (const char *c = cyrillic_forms[form].letters; *c; c++)
			common += seen[(unsigned char)*c];
		if (common > most) {
			most = common;
			best = cyrillic_forms[form].charset;
		}
	}
	return most * 3 >= high ? best : NULL;
}

static const char *
guess_double_byte(const unsigned char *bytes, size_t length)
{
	Pairs pairs = read_pairs(&euc, bytes, length);
	if (!pairs.broken && pairs.longest_row >= 2) {
		if (pairs.kana * 3 >= pairs.count)
			return "euc-jp";
		return pairs.hangul * 20 >= (pairs.count - pairs.symbols) * 19 ? "euc-kr"
		                                                               : "gb18030";
	}
	pairs = read_pairs(&sjis, bytes, length);
	if (!pairs.broken && pairs.sjis_kana * 3 >= pairs.count && pairs.longest_row >= 2)
		return "shift_jis";
	pairs = read_pairs(&big5, bytes, length);
	if (!pairs.broken && pairs.longest_row >= 3)
		return "big5";
	pairs = read_pairs(&gbk, bytes, length);
	return !pairs.broken && pairs.longest_row >= 3 ? "gb18030" : NULL;
}

const char *
header_guess_charset(const char *bytes, size_t length)
{
	if (memmem(bytes, length, "\x1b$", 2))
		return "iso-2022-jp";
	const unsigned char *text = (const unsigned char *)bytes;
	const char *guess = guess_cyrillic(text, length);
	if (!guess)
		guess = guess_double_byte(text, length);
	return guess ? guess : "windows-1252";
}
