#include "index/character.h"

#include <wchar.h>

typedef struct CharacterRange {
	gunichar first, last;
	CharacterKind kind;
} CharacterRange;

/* Sorted, without overlaps. What stands in none of these is asked of GLib's Unicode tables. */
static const CharacterRange ranges[] = {
	{ 0x0000, 0x0008, CHARACTER_CONTROL },
	{ 0x0009, 0x000D, CHARACTER_SPACE },
	{ 0x000E, 0x001F, CHARACTER_CONTROL },
	{ 0x0020, 0x007E, CHARACTER_PLAIN },
	{ 0x007F, 0x007F, CHARACTER_CONTROL },
	{ 0x0080, 0x0084, CHARACTER_INVALID },
	{ 0x0085, 0x0085, CHARACTER_SPACE },
	{ 0x0086, 0x009F, CHARACTER_INVALID },
	{ 0x00A0, 0x00A0, CHARACTER_BLANK },
	{ 0x00AD, 0x00AD, CHARACTER_HIDDEN },
	{ 0x034F, 0x034F, CHARACTER_HIDDEN },
	{ 0x061C, 0x061C, CHARACTER_HIDDEN },
	{ 0x115F, 0x1160, CHARACTER_HIDDEN },
	{ 0x1680, 0x1680, CHARACTER_BLANK },
	{ 0x17B4, 0x17B5, CHARACTER_HIDDEN },
	{ 0x180B, 0x180F, CHARACTER_HIDDEN },
	{ 0x2000, 0x200A, CHARACTER_BLANK },
	{ 0x200B, 0x200B, CHARACTER_HIDDEN },
	{ 0x200C, 0x200D, CHARACTER_JOINER },
	{ 0x200E, 0x200F, CHARACTER_HIDDEN },
	{ 0x2028, 0x2029, CHARACTER_SPACE },
	{ 0x202A, 0x202E, CHARACTER_BIDI },
	{ 0x202F, 0x202F, CHARACTER_BLANK },
	{ 0x205F, 0x205F, CHARACTER_BLANK },
	{ 0x2060, 0x2065, CHARACTER_HIDDEN },
	{ 0x2066, 0x2069, CHARACTER_BIDI },
	{ 0x206A, 0x206F, CHARACTER_HIDDEN },
	{ 0x2800, 0x2800, CHARACTER_BLANK },
	{ 0x3164, 0x3164, CHARACTER_HIDDEN },
	{ 0xD800, 0xF8FF, CHARACTER_INVALID },
	{ 0xFDD0, 0xFDEF, CHARACTER_INVALID },
	{ 0xFE00, 0xFE0F, CHARACTER_HIDDEN },
	{ 0xFEFF, 0xFEFF, CHARACTER_HIDDEN },
	{ 0xFFA0, 0xFFA0, CHARACTER_HIDDEN },
	{ 0xFFF0, 0xFFFB, CHARACTER_HIDDEN },
	{ 0xFFFE, 0xFFFF, CHARACTER_INVALID },
	{ 0x13430, 0x1343F, CHARACTER_HIDDEN },
	{ 0x1BCA0, 0x1BCA3, CHARACTER_HIDDEN },
	{ 0x1D173, 0x1D17A, CHARACTER_HIDDEN },
	{ 0xE0000, 0xE0FFF, CHARACTER_HIDDEN },
	{ 0xF0000, G_MAXUINT32, CHARACTER_INVALID },
};

static const CharacterRange *
find_range(gunichar character)
{
	size_t low = 0, high = G_N_ELEMENTS(ranges);
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (character > ranges[middle].last)
			low = middle + 1;
		else if (character < ranges[middle].first)
			high = middle;
		else
			return &ranges[middle];
	}
	return NULL;
}

CharacterKind
character_kind(gunichar character)
{
	const CharacterRange *range = find_range(character);
	if (range != NULL)
		return range->kind;
	if ((character & 0xFFFE) == 0xFFFE)
		return CHARACTER_INVALID;
	switch (g_unichar_type(character)) {
	case G_UNICODE_UNASSIGNED:
	case G_UNICODE_PRIVATE_USE:
	case G_UNICODE_SURROGATE:
	case G_UNICODE_CONTROL:
		return CHARACTER_INVALID;
	default:
		return CHARACTER_PLAIN;
	}
}

const char *
character_bidi_name(gunichar character)
{
	static const char embeddings[][4] = { "LRE", "RLE", "PDF", "LRO", "RLO" };
	static const char isolates[][4] = { "LRI", "RLI", "FSI", "PDI" };
	if (character >= 0x202A && character <= 0x202E)
		return embeddings[character - 0x202A];
	if (character >= 0x2066 && character <= 0x2069)
		return isolates[character - 0x2066];
	return NULL;
}

bool
character_is_joining(gunichar character)
{
	static const GUnicodeScript scripts[] = {
		G_UNICODE_SCRIPT_ARABIC,
		G_UNICODE_SCRIPT_BENGALI,
		G_UNICODE_SCRIPT_DEVANAGARI,
		G_UNICODE_SCRIPT_GUJARATI,
		G_UNICODE_SCRIPT_GURMUKHI,
		G_UNICODE_SCRIPT_KANNADA,
		G_UNICODE_SCRIPT_KHMER,
		G_UNICODE_SCRIPT_MALAYALAM,
		G_UNICODE_SCRIPT_MANDAIC,
		G_UNICODE_SCRIPT_MONGOLIAN,
		G_UNICODE_SCRIPT_MYANMAR,
		G_UNICODE_SCRIPT_NKO,
		G_UNICODE_SCRIPT_ORIYA,
		G_UNICODE_SCRIPT_SINHALA,
		G_UNICODE_SCRIPT_SYRIAC,
		G_UNICODE_SCRIPT_TAMIL,
		G_UNICODE_SCRIPT_TELUGU,
		G_UNICODE_SCRIPT_TIBETAN,
	};
	if (!g_unichar_isalpha(character))
		return false;
	GUnicodeScript script = g_unichar_get_script(character);
	for (size_t i = 0; i < G_N_ELEMENTS(scripts); i++)
		if (scripts[i] == script)
			return true;
	return false;
}

int
character_width(gunichar character)
{
	return wcwidth((wchar_t)character);
}

/* Made once, never changed or freed: a table of the C library that has no constant name. */
static locale_t
utf8_locale(void)
{
	static gsize made;
	if (g_once_init_enter(&made)) {
		locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
		/* without it (no Debian lacks it) the program's own locale has to do */
		g_once_init_leave(
			&made, locale != (locale_t)0 ? (gsize)locale : (gsize)LC_GLOBAL_LOCALE);
	}
	return (locale_t)made;
}

locale_t
character_width_begin(void)
{
	return uselocale(utf8_locale());
}

void
character_width_end(locale_t before)
{
	uselocale(before);
}
