#include "index/case_fold.h"

#include <string.h>

char *
case_fold(const char *text)
{
	if (g_str_is_ascii(text))
		return g_ascii_strdown(text, -1);
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	g_autofree char *plain = g_utf8_normalize(valid, -1, G_NORMALIZE_ALL);
	g_autofree char *folded = g_utf8_casefold(plain, -1);
	return g_utf8_normalize(folded, -1, G_NORMALIZE_ALL);
}

/* Nearly all that is looked through is ASCII: no copy is made of that. */
bool
case_fold_holds(const char *text, const char *folded)
{
	if (!text)
		return false;
	if (g_str_is_ascii(text))
		return strcasestr(text, folded) != NULL;
	g_autofree char *own = case_fold(text);
	return strstr(own, folded) != NULL;
}
