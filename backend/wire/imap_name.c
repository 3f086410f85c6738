#include <string.h>

#include "backend/wire/imap_lines.h"

/* Modified UTF-7 (RFC 3501 §5.1.3): "&" begins UTF-16 in a base64 of its own, "-" ends it, "&-" is "&". */

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static int
digit_value(char digit)
{
	const char *at = digit ? strchr(digits, digit) : NULL;
	return at ? (int)(at - digits) : -1;
}

static bool
is_direct(unsigned char byte)
{
	return byte >= 0x20 && byte <= 0x7e;
}

/* The UTF-16 units of what stands between '&' and '-'; false: malformed. */
static bool
decode_units(const char *from, const char *end, GArray *units)
{
	uint32_t bits = 0;
	int count = 0;
	for (; from < end; from++) {
		int value = digit_value(*from);
		if (value < 0)
			return false;
		bits = (bits << 6 | value) & 0x3fffff;
		count += 6;
		if (count < 16)
			continue;
		count -= 16;
		gunichar2 unit = (gunichar2)(bits >> count);
		g_array_append_val(units, unit);
	}
	/* what is left over must be less than a digit, and zeros */
	return count < 6 && !(bits & ((1u << count) - 1));
}

static bool
decode_shifted(const char *from, const char *end, GString *text)
{
	if (from == end) {
		g_string_append_c(text, '&');
		return true;
	}
	g_autoptr(GArray) units = g_array_new(FALSE, FALSE, sizeof(gunichar2));
	if (!decode_units(from, end, units))
		return false;
	g_autofree char *piece =
		g_utf16_to_utf8((const gunichar2 *)units->data, units->len, NULL, NULL, NULL);
	/* a NUL would cut the name; one of printable ASCII hides a letter from those who compare */
	if (!piece || !*piece)
		return false;
	for (guint i = 0; i < units->len; i++) {
		gunichar2 unit = g_array_index(units, gunichar2, i);
		if (unit == 0 || (unit < 0x80 && is_direct((unsigned char)unit)))
			return false;
	}
	g_string_append(text, piece);
	return true;
}

char *
imap_name_decode(const char *name)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (; *name; name++) {
		if (*name != '&') {
			if (!is_direct((unsigned char)*name))
				return NULL;
			g_string_append_c(text, *name);
			continue;
		}
		const char *end = strchr(name, '-');
		if (!end || !decode_shifted(name + 1, end, text))
			return NULL;
		name = end;
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
encode_units(const gunichar2 *units, glong count, GString *name)
{
	uint32_t bits = 0;
	int left = 0;
	g_string_append_c(name, '&');
	for (glong i = 0; i < count; i++) {
		bits = bits << 16 | units[i];
		for (left += 16; left >= 6; left -= 6)
			g_string_append_c(name, digits[bits >> (left - 6) & 63]);
	}
	if (left)
		g_string_append_c(name, digits[bits << (6 - left) & 63]);
	g_string_append_c(name, '-');
}

char *
imap_name_encode(const char *text)
{
	if (!g_utf8_validate(text, -1, NULL))
		return NULL;
	g_autoptr(GString) name = g_string_new(NULL);
	while (*text) {
		const char *end = text;
		while (*end && !is_direct((unsigned char)*end))
			end++;
		if (end > text) {
			glong count = 0;
			g_autofree gunichar2 *units =
				g_utf8_to_utf16(text, end - text, NULL, &count, NULL);
			if (!units)
				return NULL;
			encode_units(units, count, name);
			text = end;
			continue;
		}
		g_string_append_c(name, *text);
		if (*text++ == '&')
			g_string_append_c(name, '-');
	}
	return g_string_free(g_steal_pointer(&name), FALSE);
}
