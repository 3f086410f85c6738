/*
 * Any bytes, cleaned as any kind, are valid UTF-8 without an unsafe code point, of a known width, and
 * clean: cleaning them again changes nothing. The same holds for a clip of them.
 */
#include <locale.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "index/clean_text.h"

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerInitialize(int *count, char ***arguments)
{
	return setlocale(LC_CTYPE, "C.UTF-8") == NULL;
}

static void
require(bool holds)
{
	if (!holds)
		__builtin_trap();
}

static void
check_characters(CleanKind kind, const char *utf8)
{
	int marks = 0;
	bool base = false;
	for (; *utf8 != '\0'; utf8 = g_utf8_next_char(utf8)) {
		gunichar character = g_utf8_get_char(utf8);
		bool line_break = character == '\n' && kind == CLEAN_BODY;
		bool joiner =
			(character == 0x200C || character == 0x200D) && kind != CLEAN_IDENTITY;
		int width = line_break ? 1 : wcwidth((wchar_t)character);
		require(line_break || joiner || !clean_text_is_unsafe(character));
		require(width >= 0);
		marks = width == 0 ? marks + 1 : 0;
		require(marks <= 4 && (width > 0 || base));
		if (width > 0)
			base = !line_break && character != ' ';
	}
}

static void
check_clean(CleanKind kind, const CleanText *clean)
{
	const char *utf8 = clean_text_utf8(clean), *next = utf8;
	require(strlen(utf8) == clean_text_length(clean));
	require(g_utf8_validate(utf8, -1, NULL));
	check_characters(kind, utf8);
	int columns;
	size_t widest = 0, line = 0;
	for (size_t length; (length = clean_text_step(&next, &columns)) > 0;) {
		line = columns == 0 ? 0 : line + (size_t)columns;
		widest = MAX(widest, line);
	}
	require(*next == '\0' && widest == clean_text_columns(clean));
	g_autoptr(CleanText) again = clean_text_new(kind, utf8, -1);
	require(strcmp(utf8, clean_text_utf8(again)) == 0);
	require(clean_text_changes(again) == 0 && clean_text_columns(again) == widest);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	CleanKind kind = (CleanKind)(data[0] % 3);
	g_autoptr(CleanText) clean = clean_text_new(kind, (const char *)data + 2, (gssize)size - 2);
	check_clean(kind, clean);
	g_autoptr(CleanText) clip = clean_text_clip(clean, data[1]);
	require(clean_text_columns(clip) <= data[1]);
	check_clean(kind, clip);
	return 0;
}
