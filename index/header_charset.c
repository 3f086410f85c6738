#include <errno.h>
#include <string.h>

#include "index/header_private.h"

/* Our own name: iconv knows no form of it that has the signs that Japanese mailers use (row 13). */
#define ISO_2022_JP "our ISO-2022-JP"

/* What mails call a charset → what iconv calls the superset that the mailers mean by it. */
static const struct CharsetName {
	const char *label, *name;
} charset_names[] = {
	{ "ansi_x3.4-1968", "windows-1252" },
	{ "ascii", "windows-1252" },
	{ "big5", "BIG5-HKSCS" },
	{ "big5-hkscs", "BIG5-HKSCS" },
	{ "cn-big5", "BIG5-HKSCS" },
	{ "cn-gb", "GB18030" },
	{ "euc-cn", "GB18030" },
	{ "euc-jp", "EUC-JP-MS" },
	{ "euc-kr", "CP949" },
	{ "euc-tw", "EUC-TW" },
	{ "gb18030", "GB18030" },
	{ "gb2312", "GB18030" },
	{ "gb_2312-80", "GB18030" },
	{ "gbk", "GB18030" },
	{ "iso-2022-cn", "ISO-2022-CN" },
	{ "iso-2022-jp", ISO_2022_JP },
	{ "iso-2022-jp-1", ISO_2022_JP },
	{ "iso-2022-jp-2", "ISO-2022-JP-2" },
	{ "iso-2022-jp-3", ISO_2022_JP },
	{ "iso-2022-kr", "ISO-2022-KR" },
	{ "iso-8859-1", "windows-1252" },
	{ "iso-8859-11", "CP874" },
	{ "iso-8859-6-e", "ISO-8859-6" },
	{ "iso-8859-6-i", "ISO-8859-6" },
	{ "iso-8859-8-e", "ISO-8859-8" },
	{ "iso-8859-8-i", "ISO-8859-8" },
	{ "iso-8859-9", "windows-1254" },
	{ "koi8-r", "KOI8-R" },
	{ "koi8-ru", "KOI8-U" },
	{ "koi8-u", "KOI8-U" },
	{ "ks_c_5601", "CP949" },
	{ "ks_c_5601-1987", "CP949" },
	{ "ksc5601", "CP949" },
	{ "latin1", "windows-1252" },
	{ "macintosh", "MACINTOSH" },
	{ "ms_kanji", "CP932" },
	{ "shift-jis", "CP932" },
	{ "shift_jis", "CP932" },
	{ "sjis", "CP932" },
	{ "tis-620", "CP874" },
	{ "us-ascii", "windows-1252" },
	{ "utf-16", "UTF-16" },
	{ "utf-16be", "UTF-16BE" },
	{ "utf-16le", "UTF-16LE" },
	{ "utf-7", "UTF-7" },
	{ "utf-8", "UTF-8" },
	{ "utf7", "UTF-7" },
	{ "utf8", "UTF-8" },
	{ "unicode-1-1-utf-7", "UTF-7" },
	{ "unicode-1-1-utf-8", "UTF-8" },
	{ "windows-31j", "CP932" },
	{ "windows-949", "CP949" },
	{ "x-euc-jp", "EUC-JP-MS" },
	{ "x-euc-tw", "EUC-TW" },
	{ "x-gbk", "GB18030" },
	{ "x-mac-cyrillic", "MAC-CYRILLIC" },
	{ "x-mac-roman", "MACINTOSH" },
	{ "x-sjis", "CP932" },
};

/* Families whose members are told by a number: the digits go behind iconv's name. */
static const struct CharsetFamily {
	const char *prefix, *name;
} charset_families[] = {
	{ "cp", "CP" },
	{ "cp-", "CP" },
	{ "ibm", "CP" },
	{ "iso-8859-", "ISO-8859-" },
	{ "iso8859-", "ISO-8859-" },
	{ "iso_8859-", "ISO-8859-" },
	{ "windows-", "CP" },
	{ "x-cp", "CP" },
};

/* windows-1252 0x80–0x9F; 0: not assigned there, C1 of ISO 8859-1. */
static const uint16_t windows_1252_high[32] = { 0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020,
	0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0, 0x2018, 0x2019, 0x201c,
	0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178 };

/* Has the label nothing but PREFIX and up to five digits? */
static const char *
family_number(const char *label, const char *prefix)
{
	size_t length = strlen(prefix);
	if (g_ascii_strncasecmp(label, prefix, length) != 0)
		return NULL;
	size_t digits = strspn(label + length, "0123456789");
	return digits > 0 && digits <= 5 && label[length + digits] == '\0' ? label + length : NULL;
}

/*
 * iconv's name for a label, into NAME; false: nobody knows it. Only names of these tables reach
 * iconv, for a mail chooses the label.
 */
static bool
find_charset(const char *label, char name[24])
{
	for (size_t i = 0; i < G_N_ELEMENTS(charset_names); i++) {
		if (g_ascii_strcasecmp(label, charset_names[i].label) == 0) {
			g_strlcpy(name, charset_names[i].name, 24);
			return true;
		}
	}
	for (size_t i = 0; i < G_N_ELEMENTS(charset_families); i++) {
		const char *number = family_number(label, charset_families[i].prefix);
		if (number) {
			g_snprintf(name, 24, "%s%s", charset_families[i].name, number);
			return true;
		}
	}
	return false;
}

static void
append_windows_1252(GString *out, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		gunichar high = byte >= 0x80 && byte < 0xa0 ? windows_1252_high[byte - 0x80] : 0;
		if (byte < 0x80)
			g_string_append_c(out, (char)byte);
		else
			g_string_append_unichar(out, high ? high : byte);
	}
}

static void
append_utf8(GString *out, const char *bytes, size_t length)
{
	while (length > 0) {
		const char *valid = bytes;
		/* A NUL is valid here; g_utf8_validate stops at it. */
		while (!g_utf8_validate(valid, length - (valid - bytes), &valid) &&
			valid < bytes + length && *valid == '\0')
			valid++;
		g_string_append_len(out, bytes, valid - bytes);
		length -= valid - bytes;
		bytes = valid;
		if (length > 0) {
			g_string_append(out, "\xef\xbf\xbd");
			bytes++, length--;
		}
	}
}

/* Converts by iconv; false if a byte was invalid. */
static bool
append_converted(GString *out, const char *name, const char *bytes, size_t length)
{
	GIConv converter = g_iconv_open("UTF-8", name);
	if (converter == (GIConv)-1) {
		append_windows_1252(out, bytes, length);
		return false;
	}
	bool clean = true;
	char *at = (char *)bytes;
	gsize left = length;
	while (left > 0) {
		char buffer[1024], *to = buffer;
		gsize room = sizeof buffer;
		gsize result = g_iconv(converter, &at, &left, &to, &room);
		int error = result == (gsize)-1 ? errno : 0;
		g_string_append_len(out, buffer, to - buffer);
		if (error != EILSEQ && error != EINVAL)
			continue;
		clean = false;
		g_string_append(out, "\xef\xbf\xbd");
		at++, left--;
		g_iconv(converter, NULL, NULL, NULL, NULL);
	}
	char buffer[64], *to = buffer;
	gsize room = sizeof buffer;
	g_iconv(converter, NULL, NULL, &to, &room);
	g_string_append_len(out, buffer, to - buffer);
	g_iconv_close(converter);
	return clean;
}

/* What an escape sequence of ISO-2022-JP shifts to: how its bytes stand in EUC. */
static const struct Shift {
	const char *escape; /* behind ESC */
	unsigned char prefix, high;
} shifts[] = {
	{ "$(D", 0x8f, 0x80 },
	{ "$(B", 0, 0x80 },
	{ "$(@", 0, 0x80 },
	{ "$B", 0, 0x80 },
	{ "$@", 0, 0x80 },
	{ "(I", 0x8e, 0x80 },
	{ "(B", 0, 0 },
	{ "(J", 0, 0 },
};

static const struct Shift *
find_shift(const char *at, const char *end)
{
	for (size_t i = 0; *at == '\x1b' && i < G_N_ELEMENTS(shifts); i++) {
		size_t length = strlen(shifts[i].escape);
		if ((size_t)(end - at) > length && memcmp(at + 1, shifts[i].escape, length) == 0)
			return &shifts[i];
	}
	return NULL;
}

/* Appends ISO-2022-JP by way of EUC-JP, whose bytes need no state. */
static bool
append_iso_2022_jp(GString *out, const char *bytes, size_t length)
{
	g_autoptr(GString) euc = g_string_sized_new(length + 1);
	const struct Shift *shift = NULL;
	unsigned position = 0;
	for (const char *at = bytes, *end = bytes + length; at < end; at++) {
		const struct Shift *next = find_shift(at, end);
		if (next) {
			shift = next;
			position = 0;
			at += strlen(next->escape);
			continue;
		}
		bool shifted = shift && *at > ' ' && *at < 0x7f;
		/* One byte a katakana, two bytes all else. */
		if (shifted && shift->prefix && (shift->prefix == 0x8e || position++ % 2 == 0))
			g_string_append_c(euc, (char)shift->prefix);
		g_string_append_c(euc, shifted ? (char)(*at | shift->high) : *at);
	}
	return append_converted(out, "EUC-JP-MS", euc->str, euc->len);
}

/* Appends in a charset of iconv's; false if a byte was invalid. */
static bool
append_named(GString *out, const char *name, const char *bytes, size_t length)
{
	if (strcmp(name, "UTF-8") == 0)
		append_utf8(out, bytes, length);
	else if (strcmp(name, "windows-1252") == 0 || strcmp(name, "CP1252") == 0)
		append_windows_1252(out, bytes, length);
	else if (strcmp(name, ISO_2022_JP) == 0)
		return append_iso_2022_jp(out, bytes, length);
	else
		return append_converted(out, name, bytes, length);
	return true;
}

static bool
is_ascii(const char *bytes, size_t length)
{
	unsigned char any = 0;
	for (size_t i = 0; i < length; i++)
		any |= (unsigned char)bytes[i];
	return any < 0x80;
}

/* Is the text UTF-8, but for a few bytes (a character cut at the end, one wrong byte)? */
static bool
looks_utf8(const char *bytes, size_t length)
{
	size_t characters = 0, wrong = 0;
	for (size_t i = 0; i < length;) {
		gunichar c = (unsigned char)bytes[i] < 0x80
		                     ? 0
		                     : g_utf8_get_char_validated(bytes + i, (gssize)(length - i));
		bool valid = c < 0x110000;
		characters += valid && c > 0;
		wrong += !valid;
		i += valid && c > 0 ? (size_t)g_utf8_skip[(unsigned char)bytes[i]] : 1;
	}
	return wrong == 0 || characters > wrong;
}

void
header_charset_append(GString *out, const char *charset, const char *bytes, size_t length)
{
	char name[24];
	if (find_charset(charset, name))
		append_named(out, name, bytes, length);
	else if (looks_utf8(bytes, length))
		append_utf8(out, bytes, length);
	else
		append_windows_1252(out, bytes, length);
}

void
header_charset_append_raw(GString *out, const char *hint, const char *bytes, size_t length)
{
	bool ascii = is_ascii(bytes, length);
	if (ascii && !memmem(bytes, length, "\x1b$", 2)) {
		g_string_append_len(out, bytes, (gssize)length);
		return;
	}
	if (!ascii && looks_utf8(bytes, length)) {
		append_utf8(out, bytes, length);
		return;
	}
	char name[24];
	size_t before = out->len;
	if (hint && find_charset(hint, name) && strcmp(name, "UTF-8") != 0 &&
		append_named(out, name, bytes, length))
		return;
	g_string_truncate(out, before);
	if (find_charset(header_guess_charset(bytes, length), name))
		append_named(out, name, bytes, length);
}

bool
header_charset_has_state(const char *charset)
{
	return g_ascii_strncasecmp(charset, "iso-2022", 8) == 0 ||
	       g_ascii_strncasecmp(charset, "utf-7", 5) == 0 ||
	       g_ascii_strncasecmp(charset, "utf-16", 6) == 0;
}
