#include "backend/core/keywords.h"

#include <glib.h>
#include <string.h>

#include "index/tag_name.h"

/* Of one tree alone, beside those that are computed. */
static const char *const local_tags[] = { "inbox", "new", "partial", "muted", "deleted", "killed",
	NULL };

/* A flag-keyword is an atom: no blank, control, 8-bit, or what separates in the grammar. */
static bool
is_atom(const char *tag)
{
	if (!*tag || *tag == '\\')
		return false;
	for (; *tag; tag++)
		if (*tag <= ' ' || *tag >= 0x7f || strchr("(){%*\"\\]", *tag))
			return false;
	return true;
}

bool
keyword_is_shared(const char *tag)
{
	return is_atom(tag) && !flag_tag_find(tag) && !tag_is_automatic(tag) &&
	       !g_strv_contains(local_tags, tag);
}
