#include <string.h>

#include "index/header_private.h"

const char *
header_guess_charset(const char *bytes, size_t length)
{
	if (memmem(bytes, length, "\x1b$", 2))
		return "ISO-2022-JP-3";
	return "windows-1252";
}
